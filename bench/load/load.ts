/** Load time of a program in `pulumi preview`: ours is compiled, Pulumi's default compiles on load. */

import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { engineSettings } from "#stacks/engine/settings";
import { ensureStack } from "#stacks/engine/stack";
import { silent } from "#stacks/local/progress";
import { inTurns, runOnce, type Sample } from "../measure";
import { type Assignment, type Findings, type Row, rowsOf } from "../rows";
import { watchTree } from "../usage";
import { LOADED, writeCompiled, writeEmpty, writeSource } from "./projects";

const RUNS = 5;
/** The environment of the first `npm run up`. */
const ENVIRONMENT = "local";

/** Program load and whole preview, from the same runs. */
export async function benchLoad({ scratch, runs = RUNS }: Assignment): Promise<Findings> {
  process.env["BEAMSTACK_IAC_HOME"] = join(scratch, "home");
  const settings = await engineSettings({ name: ENVIRONMENT, cluster: { type: "embedded" } }, silent);
  const [empty, compiled, source] = [writeEmpty(scratch), writeCompiled(scratch), writeSource(scratch)];
  await ensureStack({ ...settings, cwd: empty });
  const cache = join(scratch, "ts-node-cache");
  const loaded = join(scratch, "loaded");
  const env = { ...settings.env, [LOADED]: loaded, TS_NODE_CACHE_DIRECTORY: cache };
  const args = ["preview", "--stack", ENVIRONMENT, "--non-interactive"];
  const preview = async (cwd: string): Promise<Previewed> => {
    const whole = await runOnce({ command: settings.engine, args, cwd, env, errorOnStdout: true }, watchTree);
    return { whole, load: JSON.parse(readFileSync(loaded, "utf8")) as Sample };
  };
  const samples = await inTurns(
    {
      "empty program": () => preview(empty),
      ours: () => preview(compiled),
      "ours, after an edit": () => preview(edited(compiled)),
      "ts-node, first run": () => {
        rmSync(cache, { recursive: true, force: true });
        return preview(source);
      },
      "ts-node, again": () => preview(source),
      "ts-node, after an edit": () => preview(edited(source)),
    },
    runs,
  );
  return { rows: [...rowsAbout("load", samples), ...rowsAbout("whole", samples)], notes: NOTES };
}

const NOTES = [
  "Environment `local`, no cluster; engine, plugins and their variables are the same for all.",
  "program loaded: from the start of the process `@pulumi/pulumi/cmd/run` until the program's module is there; the synth is part of that, and so is the SDK itself, which is all that the empty program loads, without the modules that our `nodeargs` load lazily. Memory is that of this process until then.",
  "preview: the whole command; memory is that of all its processes at one moment.",
  "ts-node: `typescript: true`, the default of Pulumi, on the sources of the same program; the SDK's own ts-node 7 with the project's TypeScript checks types while it loads and keeps what it compiled: first run without that cache, then with it.",
  "after an edit: with one more comment in the environment file; ours then compiles that file before it loads, without checking types.",
];

/** One preview, and its time until the program was loaded. */
interface Previewed {
  readonly load: Sample;
  readonly whole: Sample;
}

const WHAT = { load: "program loaded", whole: "preview" } as const;

type Name = "ours" | "ours, after an edit" | "empty program" | `ts-node, ${"first run" | "again" | "after an edit"}`;

function rowsAbout(part: keyof Previewed, samples: Readonly<Record<Name, readonly Previewed[]>>): Row[] {
  const of = (name: Name): Sample[] => samples[name].map((previewed) => previewed[part]);
  const unchanged = (["ts-node, first run", "ts-node, again", "empty program"] as const).map((name) => [name, of(name)]);
  return [
    ...rowsOf({ what: WHAT[part] }, of("ours"), Object.fromEntries(unchanged)),
    ...rowsOf({ what: `${WHAT[part]}, after an edit` }, of("ours, after an edit"), { "ts-node": of("ts-node, after an edit") }),
  ];
}

/** The project with its environment file changed. */
function edited(project: string): string {
  appendFileSync(join(project, "stacks", "env", `${ENVIRONMENT}.ts`), "// edited\n");
  return project;
}
