/** The `local` environment by the command as people call it: the real engine, both plugins, a control plane of its own. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { removeControlPlane } from "#stacks/local/control-plane/stop";

const ROOT = join(__dirname, "../..");
const MAIN = join(ROOT, "dist/stacks/cli/main.js");

/** A whole `up` takes a minute alone, and ten on a machine that does six other things. */
jest.setTimeout(1_800_000);

/** Moments of a kill, as the share of the time that a whole `up` took. */
const MOMENTS = [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.95];

interface Result {
  readonly kind: string;
  readonly exitCode: number;
  readonly changes: Readonly<Record<string, number>>;
  readonly errors: readonly unknown[];
}

const home = mkdtempSync(join(tmpdir(), "lifecycle-"));
const env = { ...process.env, BEAMSTACK_IAC_HOME: home, KUBECONFIG: "/absent" };

afterAll(async () => {
  await removeControlPlane("local", home);
  rmSync(home, { recursive: true, force: true });
});

/** Starts the command as the leader of a process group, as a shell does. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args, "--json"], { cwd: ROOT, env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
  const lines: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => lines.push(text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const documents = (): Result[] =>
    lines
      .join("")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { pid: child.pid ?? 0, ended, documents };
}

async function run(...args: string[]): Promise<Result> {
  const { ended, documents } = start(...args);
  await ended;
  const last = documents().at(-1);
  if (!last) throw new Error(`${args.join(" ")} said nothing`);
  return last;
}

test("up, up again, destroy, and a kill at ten moments of up", async () => {
  const began = Date.now();
  expect(await run("up", "local", "--yes")).toMatchObject({ kind: "Result", exitCode: 0, errors: [] });
  const took = Date.now() - began;

  expect(await run("up", "local", "--yes", "--expect-no-changes")).toMatchObject({ exitCode: 0, changes: {} });
  expect(await run("preview", "local", "--expect-no-changes")).toMatchObject({ exitCode: 0, changes: {} });

  expect(await run("destroy", "local", "--yes")).toMatchObject({ exitCode: 0, errors: [] });

  for (const moment of MOMENTS) {
    const { pid, ended } = start("up", "local", "--yes");
    await Promise.race([pause(took * moment), ended]);
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It was done before its moment came: the rerun has nothing to mend.
    }
    await ended;
  }
  expect(await run("up", "local", "--yes")).toMatchObject({ exitCode: 0, errors: [] });
  expect(await run("up", "local", "--yes", "--expect-no-changes")).toMatchObject({ exitCode: 0, changes: {} });
});

test("an environment that does not exist and a change that nobody confirms end with 2", async () => {
  expect(await run("up", "nowhere", "--yes")).toMatchObject({ kind: "Error", exitCode: 2 });
  expect(await run("up", "local")).toMatchObject({ kind: "Error", exitCode: 2 });
});
