import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { answered } from "#stacks/cli/commands/doctor/finding";
import { folderQuestion, helperQuestion, languageHostQuestion, nodeQuestion, partQuestion } from "#stacks/cli/commands/doctor/machine";
import { lockQuestion } from "#stacks/cli/commands/doctor/stack-lock";

test.each([
  ["20.19.0", "ok"],
  ["22.1.0", "ok"],
  ["20.18.9", "failed"],
])("Node %s is %s", async (version, state) => {
  expect((await answered(nodeQuestion(version))).state).toBe(state);
});

test("a folder that is not there yet can be written where the one above it can; below a file nothing can", async () => {
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  writeFileSync(join(folder, "file"), "");

  expect(await answered(folderQuestion(join(folder, "not", "yet")))).toMatchObject({ state: "ok" });
  expect(await answered(folderQuestion(join(folder, "file")))).toMatchObject({ state: "failed" });
  expect(await answered(folderQuestion(join(folder, "file", "below")))).toMatchObject({ state: "failed" });
  rmSync(folder, { recursive: true });
});

const part = { part: "kwok", version: "0.7.0", path: "/x/kwok", why: "because" } as const;

test.each([
  ["cache", true, "ok"],
  ["PATH", true, "ok"],
  ["release", true, "warning"],
  ["build", true, "warning"],
  ["missing", true, "failed"],
  ["missing", false, "warning"],
] as const)("a part from %s (needed: %s) is %s and says why", async (source, needed, state) => {
  const finding = await answered(partQuestion({ ...part, source }, needed));

  expect(finding).toMatchObject({ id: "machine.kwok", state, said: expect.stringContaining("kwok 0.7.0: because") });
});

test("says whose language host runs", async () => {
  const host = { program: "pulumi-language-nodejs", path: "/x" } as const;

  expect((await answered(languageHostQuestion({ ...host, by: "ours" }))).said).toContain("ours, because none is installed");
  expect((await answered(languageHostQuestion({ ...host, by: "engine" }))).said).toContain("the official one, /x");
});

test("a helper that is nowhere is a failure only where it is needed", async () => {
  const helper = { name: "no-such-program-anywhere", why: "because" };

  expect((await answered(helperQuestion({ ...helper, needed: true }))).state).toBe("failed");
  expect((await answered(helperQuestion({ ...helper, needed: false }))).state).toBe("warning");
});

describe("the lock of the stack", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "locks-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const lock = (pid: number, host: string): void => {
    const timestamp = new Date().toISOString();
    writeFileSync(join(folder, `${pid}.json`), JSON.stringify({ pid, username: "ann", hostname: host, timestamp }));
  };

  test("is free where there is none", async () => {
    expect(await answered(lockQuestion(folder, "dev"))).toMatchObject({ state: "ok", said: "free" });
  });

  test("of a living process names who holds it, and how to end that", async () => {
    lock(process.pid, hostname());

    const finding = await answered(lockQuestion(folder, "dev"));

    expect(finding).toMatchObject({ state: "warning", said: expect.stringContaining(`process ${process.pid} of ann on this host`) });
    expect(finding.fix).toContain("pulumi cancel --stack dev");
  });

  test("of another host cannot be judged, so it stands", async () => {
    lock(1, "elsewhere.example.com");

    expect((await answered(lockQuestion(folder, "dev"))).said).toContain("elsewhere.example.com");
  });

  test("in a backend that is no folder is the backend's own", async () => {
    expect((await answered(lockQuestion(undefined, "dev"))).state).toBe("ok");
  });
});
