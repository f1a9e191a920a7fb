/** The peers that apply, reapply and delete the same objects: ours, a plain Pulumi program, and `kubectl`. */

import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unwrap } from "#lib/core/problem";
import { plainTree } from "#lib/gitops/plain";
import type { Release } from "#lib/release/release";
import { type EngineSettings, pluginEnvironment } from "#stacks/engine/settings";
import { packageRoot } from "#stacks/local/files";
import { type Run, runOnce } from "../measure";
import { writeProject } from "../project";
import { ENVIRONMENT } from "../release";

/** Steps of a round, in this order. */
export const STEPS = ["up", "up again", "destroy"] as const;

/** One of {@link STEPS}. */
export type Step = (typeof STEPS)[number];

/** A peer. */
export interface Peer {
  readonly name: string;
  readonly runs: Readonly<Record<Step, Run>>;
}

/** Context of the peers. */
export interface Context {
  /** A folder for their files. */
  readonly folder: string;
  readonly release: Release;
  readonly settings: EngineSettings;
  readonly kubeconfig: string;
  /** Path of the program. */
  readonly kubectl: string;
}

type Variables = NonNullable<Run["env"]>;

/** Every peer, ready to run. */
export async function peersFor(context: Context): Promise<Peer[]> {
  const objects = join(context.folder, "objects.json");
  mkdirSync(context.folder, { recursive: true });
  writeFileSync(objects, JSON.stringify(context.release.objects.map(({ manifest }) => manifest)));
  const own = { BENCH_OBJECTS: objects, KUBECONFIG: context.kubeconfig };
  return [
    ours(context),
    await plainPulumi("plain Pulumi", context, { ...defaultVariables(context), ...own }),
    await plainPulumi("plain Pulumi, our engine variables", context, { ...ourVariables(context), ...own }),
    kubectl(context),
  ];
}

/** Notes for readers of the results. */
export function peerNotes({ plugins }: EngineSettings, kubectlVersion: string): string[] {
  const { languageHost, provider } = plugins;
  const by = `${provider.program} ${provider.version}: ${provider.by}, ${languageHost.program}: ${languageHost.by}`;
  return [
    `All work on one control plane, one after the other in each round, with the same objects; Pulumi's engine and plugins are the same for all (${by}).`,
    "The namespace exists before; no peer waits for readiness (pulumi.com/skipAwait); between runs the controllers are waited for, untimed.",
    "ours: the whole command, from its start to its end: synth, check of the control plane, engine with event log, check for objects of other owners and for leftovers. No engine log, no checkpoints while it runs (the setting of embedded environments).",
    "plain Pulumi: `pulumi up --yes --skip-preview` of compiled JavaScript, classes of @pulumi/kubernetes, the default provider, file backend; engine log and checkpoints as Pulumi has them by default.",
    "plain Pulumi, our engine variables: the same program, without engine log and checkpoints as ours runs.",
    `kubectl: ${kubectlVersion}, \`apply --server-side -R\` of one file an object, and \`delete -R --wait=false\`: to wait it would ask for each object, five a second, though they are gone by then. It deletes in the background, the provider in the foreground.`,
    "Memory is that of all processes of the run at one moment; the control plane is not in it.",
  ];
}

function ours({ folder, release }: Context): Peer {
  const project = writeProject(join(folder, "ours"), { program: "bench/peers/our-program.js", ours: true });
  const command = join(packageRoot(), "dist", "bench", "peers", "our-command.js");
  const count = String(release.objects.length);
  const env = { ...process.env, BENCH_COUNT: count };
  const run = (...args: string[]): Run => told({ command: process.execPath, args: [command, ...args], env });
  return {
    name: "ours",
    runs: {
      up: run("up", count, project),
      "up again": run("up", count, project, "--expect-no-changes"),
      destroy: run("destroy", count, project),
    },
  };
}

/** @param variables those of the engine, without the location of its state */
async function plainPulumi(name: string, { folder, settings }: Context, variables: Variables): Promise<Peer> {
  const home = join(folder, name.replace(/\W+/g, "-"));
  const cwd = writeProject(join(home, "project"), { program: "bench/peers/plain-program.js", ours: false });
  const state = join(home, "state");
  mkdirSync(state, { recursive: true });
  const env = { ...variables, PULUMI_BACKEND_URL: `file://${state}` };
  const run = (...args: string[]): Run => told({ command: settings.engine, args: [...args, "--non-interactive"], cwd, env });
  await runOnce(run("stack", "init", ENVIRONMENT));
  const change = ["--yes", "--skip-preview", "--stack", ENVIRONMENT];
  return {
    name,
    runs: { up: run("up", ...change), "up again": run("up", ...change, "--expect-no-changes"), destroy: run("destroy", ...change) },
  };
}

/** Pulumi's defaults with a home of its own: log and checkpoints are on. */
function defaultVariables({ folder, settings }: Context): Variables {
  const home = join(folder, "pulumi-home");
  mkdirSync(home, { recursive: true });
  const plugins = join(settings.env["PULUMI_HOME"] ?? "", "plugins");
  if (existsSync(plugins)) symlinkSync(plugins, join(home, "plugins"));
  const bare = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: home, PULUMI_CONFIG_PASSPHRASE: "bench" };
  return pluginEnvironment(settings.plugins, bare);
}

/** Variables of an embedded environment. Its configuration file belongs to another stack. */
function ourVariables({ settings }: Context): Variables {
  return { ...settings.env, PULUMI_OPTION_CONFIG_FILE: undefined };
}

function kubectl({ folder, release, kubeconfig, kubectl: command }: Context): Peer {
  const tree = join(folder, "tree");
  for (const [path, text] of unwrap(plainTree(release))) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const run = (...args: string[]): Run =>
    told({ command, args: [...args, "-R", "-f", tree], env: { ...process.env, KUBECONFIG: kubeconfig } });
  const apply = run("apply", "--server-side");
  return { name: "kubectl", runs: { up: apply, "up again": apply, destroy: run("delete", "--wait=false") } };
}

/** Pulumi prints errors to standard output. */
function told(run: Run): Run {
  return { ...run, errorOnStdout: true };
}
