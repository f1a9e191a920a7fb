/** `synth`: writes the files of an environment without cluster or network. `cdk8s synth` runs it too. */

import { Command, InvalidArgumentError, Option } from "commander";
import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import { environmentRelease, warningLine } from "../environment-release";
import { type CommonOptions, count, type Output, processTerminal, run, type Terminal } from "../output";
import { writeTree } from "./synth/write-tree";

/** Default output folder. */
const DEFAULT_FOLDER = "gitops";

/** Renderers of a release, by format. */
const FORMATS = { plain: plainTree } as const;

interface SynthOptions extends CommonOptions {
  readonly format: keyof typeof FORMATS;
  readonly out: string;
}

/** The command `synth`. */
export function synthCommand(terminal: Terminal = processTerminal): Command {
  return new Command("synth")
    .description("write an environment as a GitOps tree; needs no cluster")
    .addArgument(environmentArgument(terminal))
    .addOption(new Option("--format <format>", "format of the tree").choices(Object.keys(FORMATS)).default("plain"))
    .addOption(new Option("--out <folder>", "output folder").env("CDK8S_OUTDIR").default(DEFAULT_FOLDER).argParser(namedFolder))
    .option("--json", "print the result as JSON")
    .action((name: string, options: SynthOptions) => run(options, (output) => synth(name, options, output), terminal));
}

/** An unset shell variable would write every file into the working directory. */
function namedFolder(text: string): string {
  if (text === "") throw new InvalidArgumentError("expected a folder; use . for the working directory");
  return text;
}

/** Plain `cdk8s synth` passes no argument: a variable names the environment. */
function environmentArgument({ env }: Terminal) {
  const given = env["BEAMSTACK_IAC_ENVIRONMENT"];
  const argument = new Command().createArgument("[environment]", "name of the environment; default: BEAMSTACK_IAC_ENVIRONMENT");
  return argument.default(given ? given : "local");
}

function synth(name: string, { format, out }: SynthOptions, output: Output): void {
  const { release } = environmentRelease(name, { warn: (warnings) => output.note(warningLine(name, warnings)) });
  const tree = unwrap(FORMATS[format](release));
  const { written, unchanged, removed } = unwrap(writeTree(out, tree, name));
  output.result("Synth", { environment: name, format, out, digest: release.digest, written, unchanged, removed }, () =>
    [
      `${name}: ${count(release.objects.length, "object")}, ${count(release.helmReleases.length, "Helm release")} in ${out}`,
      `${count(written.length, "file")} written, ${count(removed.length, "file")} removed, ${unchanged} unchanged`,
    ].join("\n"),
  );
}
