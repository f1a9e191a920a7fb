/** Signals and output of an engine process. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { callEngine } from "#stacks/engine/engine";
import { PLUGINS } from "../../fixtures/plugins";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that counts its signals, says what the engine says, and ends some time after the first. */
const COUNTING = `#!/usr/bin/env node
let count = 0;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {
  count += 1;
  process.stdout.write((signal === "SIGINT" ? "^C" : signal) + " received; cancelling. If you would like to terminate immediately, ...\\n");
  setTimeout(() => { process.stdout.write("signals: " + count + "\\n"); process.exit(0); }, 1_400);
});
require("node:fs").writeFileSync(process.argv[2], String(process.pid));
setInterval(() => undefined, 1_000);
`;

function engine(script: string) {
  const program = join(folder, "engine");
  writeFileSync(program, script, { mode: 0o755 });
  return { project: "team", stack: "s", engine: program, plugins: PLUGINS, cwd: folder, env: process.env };
}

async function started(): Promise<{ readonly pid: number; readonly end: ReturnType<typeof callEngine> }> {
  const mark = join(folder, "pid");
  writeFileSync(mark, "");
  const end = callEngine(engine(COUNTING), [mark]);
  while (readFileSync(mark, "utf8") === "") await pause(20);
  return { pid: Number(readFileSync(mark, "utf8")), end };
}

describe("a signal", () => {
  it("that reached us alone is passed on once", async () => {
    const { end } = await started();

    process.emit("SIGTERM", "SIGTERM");

    await expect(end).resolves.toMatchObject({ code: 0, interrupted: true, stdout: expect.stringContaining("signals: 1\n") });
  });

  it.each([
    ["SIGINT", "Ctrl-C in a terminal"],
    ["SIGTERM", "timeout or systemd"],
  ] as const)("%s that reached the engine too, as %s does, is not passed on: a second one would end it at once", async (signal, _who) => {
    const { pid, end } = await started();

    process.kill(pid, signal);
    process.emit(signal, signal);

    await expect(end).resolves.toMatchObject({ interrupted: true, stdout: expect.stringContaining("signals: 1\n") });
  });

  it("given twice is passed on twice", async () => {
    const { end } = await started();

    process.emit("SIGINT", "SIGINT");
    await pause(100);
    process.emit("SIGINT", "SIGINT");

    await expect(end).resolves.toMatchObject({ stdout: expect.stringContaining("signals: 2\n") });
  });
});

describe("the output of a call", () => {
  it("is whole, however long", async () => {
    const { stdout } = await callEngine(engine('#!/usr/bin/env node\nprocess.stdout.write("x".repeat(300_000) + "end");\n'), []);

    expect(stdout).toHaveLength(300_003);
  });
});
