/** `doctor`: checks everything that a run needs before it starts; each failure comes with its fix. */

import { join } from "node:path";
import { Command } from "commander";
import type { Problem } from "#lib/core/problem";
import type { Core } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import { backendFolder, stateFiles } from "../../engine/backend";
import { isBuiltEngine } from "../../engine/provider";
import { instanceNamed } from "../../local/control-plane/instance";
import { stateFolder } from "../../local/files";
import { describeToolchain, isHere } from "../../local/toolchain/toolchain";
import { locateLanguageHost } from "../../plugins/locate";
import { projectFile, projectOf } from "../../project";
import { accessOf, withCluster } from "../cluster";
import { environmentRelease } from "../environment-release";
import { EXIT } from "../exit-codes";
import { type CommonOptions, count, type Output, processTerminal, run, type Terminal } from "../output";
import { engineQuestions } from "./doctor/engine";
import { answered, type Finding, ok, type Question, warning } from "./doctor/finding";
import { folderQuestion, helperQuestion, languageHostQuestion, nodeQuestion, partQuestion } from "./doctor/machine";
import { needQuestions } from "./doctor/needs";
import { reachQuestions } from "./doctor/reach";
import { requirementQuestions } from "./doctor/requirements";
import { lockQuestion } from "./doctor/stack-lock";

/** The command `doctor`. */
export function doctorCommand(terminal: Terminal = processTerminal): Command {
  return new Command("doctor")
    .description("check machine and cluster for problems before a run")
    .argument("[environment]", "name of an environment; without one, only this machine is checked")
    .option("--json", "print the result as JSON")
    .action((name: string | undefined, options: CommonOptions) => run(options, (output) => doctor(name, output), terminal));
}

async function doctor(name: string | undefined, output: Output): Promise<void> {
  const warnings: Problem[] = [];
  const asked = name === undefined ? undefined : environmentRelease(name, { warn: (found) => warnings.push(...found) });
  // A cluster may take seconds not to answer.
  const groups = await Promise.all([
    machineFindings(asked?.environment),
    ...(asked
      ? [
          answered(environmentQuestion(asked.environment.name, warnings.length)).then((finding) => [finding]),
          clusterFindings(asked.environment, asked.release),
        ]
      : []),
  ]);
  const findings = groups.flat();
  const failures = findings.filter(({ state }) => state === "failed").length;
  output.result("Doctor", { environment: name, healthy: failures === 0, findings: findings.map((finding) => ({ ...finding })) }, () =>
    doctorText(findings, output),
  );
  if (failures > 0) output.exit(EXIT.other);
}

/** Errors have already ended the command. */
function environmentQuestion(name: string, warnings: number): Question {
  return {
    id: "environment.valid",
    why: "a warning names a setting that often causes problems",
    fix: `run beamstack-iac validate ${name}`,
    ask: () => (warnings > 0 ? warning(`${name} is valid, with ${count(warnings, "warning")}`) : ok(`${name} is valid`)),
  };
}

async function machineFindings(environment: Core | undefined): Promise<Finding[]> {
  const embedded = environment === undefined || environment.cluster.type === "embedded";
  const parts = await describeToolchain();
  const engine = parts.find(({ part }) => part === "pulumi");
  const isBuilt = engine !== undefined && isBuiltEngine(engine.path);
  const hasEngine = engine !== undefined && isHere(engine);
  // An official engine downloads the provider.
  const used = parts.filter(({ part }) => part !== "pulumi-resource-kubernetes" || isBuilt);
  const questions: Question[] = [
    nodeQuestion(process.versions.node),
    ...(embedded ? [folderQuestion(stateFolder())] : []),
    ...used.map((source) => partQuestion(source, embedded || source.part.startsWith("pulumi"))),
    ...(hasEngine ? [languageHostQuestion(locateLanguageHost({ engine: engine.path, env: process.env }))] : []),
    helperQuestion({ name: "python3", why: "pipeline run-local runs Beam with it", needed: false }),
    helperQuestion({ name: "java", why: "pipeline run-local runs Flink with it", needed: false }),
    ...(environment ? [...engineQuestions(environment), lockQuestion(lockFolder(environment), environment.name)] : []),
  ];
  return Promise.all(questions.map(answered));
}

/** Location of the state: beside an embedded control plane, else in Pulumi's current backend. */
function lockFolder({ name, cluster }: Core): string | undefined {
  const project = projectOf();
  const file = projectFile(project);
  if (file === undefined) return undefined;
  const embedded = join(instanceNamed(name).folder, "pulumi");
  const folder =
    cluster.type === "embedded" ? embedded : backendFolder(process.env["PULUMI_BACKEND_URL"] || file.backend || "", project.root);
  return folder === undefined ? undefined : stateFiles(folder, { project: file.name, stack: name }).locks;
}

/** Without an answer from the cluster, its other checks cannot run. */
async function clusterFindings(environment: Core, release: Release): Promise<Finding[]> {
  const reach = await answered({
    id: "cluster.reach",
    why: "all other checks need the API server",
    fix:
      environment.cluster.type === "embedded"
        ? `run beamstack-iac up ${environment.name}`
        : "check the kubeconfig, its context and the network",
    ask: () => withCluster(environment, async (client) => ok(`${accessOf(environment).server} answers: ${await client.version()}`)),
  });
  if (reach.state !== "ok") return [reach];
  const rest = await withCluster(environment, (client) =>
    Promise.all(
      [...reachQuestions(client, release), ...needQuestions(client, release), ...requirementQuestions(client, environment, release)].map(
        answered,
      ),
    ),
  );
  return [reach, ...rest];
}

function doctorText(findings: readonly Finding[], { colors }: Output): string {
  const marks = { ok: colors.green("ok     "), warning: colors.yellow("warning"), failed: colors.red("failed ") };
  const lines = findings.flatMap(({ state, id, said, why, fix }) => [
    `${marks[state]} ${id}: ${said}`,
    ...(fix === undefined ? [] : [`        why: ${why}`, `        fix: ${colors.bold(fix)}`]),
  ]);
  const [failures, warnings] = (["failed", "warning"] as const).map((wanted) => findings.filter(({ state }) => state === wanted).length);
  return [...lines, `${count(findings.length, "check")}: ${failures} failed, ${count(warnings ?? 0, "warning")}`].join("\n");
}
