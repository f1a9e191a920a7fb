import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { scratchFolder } from "#stacks/local/scratch";

const parent = mkdtempSync(join(tmpdir(), "scratch-test-"));

afterAll(() => rmSync(parent, { recursive: true }));

test("the next folder takes those of dead processes along, and none of another machine", () => {
  const dead = join(parent, `beamstack-iac-scratch-${hostname()}-1-999-events-x`);
  const theirs = join(parent, "beamstack-iac-scratch-elsewhere-1-999-events-x");
  for (const folder of [dead, theirs]) mkdirSync(folder);
  const first = scratchFolder("events", parent);

  const second = scratchFolder("preview", parent);

  expect([dead, theirs, first, second].map((folder) => existsSync(folder))).toEqual([false, true, true, true]);
});
