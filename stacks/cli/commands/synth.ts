/** `synth`: the files of an environment, from no cluster and no network. Also what `cdk8s synth` runs. */

import { Command, InvalidArgumentError, Option } from "commander";
import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { environmentRelease } from "../environment-release";
import { type CommonOptions, count, type Output, processTerminal, run, type Terminal } from "../output";
import { writeTree } from "./synth/write-tree";

/** Folder that files go to when nobody says another. */
const DEFAULT_FOLDER = "gitops";

/** What renders a release as files, by the name of the format. */
const FORMATS = { plain: plainTree } as const;

interface SynthOptions extends CommonOptions {
  readonly format: keyof typeof FORMATS;
  readonly out: string;
}

/** The command `synth`. */
export function synthCommand(terminal: Terminal = processTerminal): Command {
  return new Command("synth")
    .description("write the files of an environment for GitOps; needs no cluster")
    .addArgument(environmentArgument(terminal))
    .addOption(new Option("--format <format>", "what the files are for").choices(Object.keys(FORMATS)).default("plain"))
    .addOption(new Option("--out <folder>", "where the files go").env("CDK8S_OUTDIR").default(DEFAULT_FOLDER).argParser(namedFolder))
    .option("--json", "print the result as JSON")
    .action((name: string, options: SynthOptions) => run(options, (output) => synth(name, options, output), terminal));
}

/** A variable of the shell that is not set would put every file where the command is run. */
function namedFolder(text: string): string {
  if (text === "") throw new InvalidArgumentError("a folder is expected; for the one that you are in, say .");
  return text;
}

/** Plain `cdk8s synth` passes no argument: it names the environment in a variable. */
function environmentArgument({ env }: Terminal) {
  const given = env["BEAMSTACK_IAC_ENVIRONMENT"];
  const argument = new Command().createArgument("[environment]", "name of the environment; else BEAMSTACK_IAC_ENVIRONMENT");
  return argument.default(given ? given : "local");
}

function synth(name: string, { format, out }: SynthOptions, output: Output): void {
  const { release } = environmentRelease(name, output);
  const tree = unwrap(FORMATS[format](release));
  const { written, unchanged, removed } = unwrap(writeTree(out, tree, name));
  output.result("Synth", { environment: name, format, out, digest: release.digest, written, unchanged, removed }, () =>
    [
      `${name}: ${count(release.objects.length, "object")}, ${count(release.helmReleases.length, "Helm release")} in ${out}`,
      `${count(written.length, "file")} written, ${count(removed.length, "file")} removed, ${unchanged} unchanged`,
    ].join("\n"),
  );
}
