import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendFolder, type StateFiles, stateFiles } from "#stacks/engine/backend";
import { recoverState } from "#stacks/engine/state";

let folder: string;
let files: StateFiles;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "state-"));
  files = stateFiles(folder, { project: "team", stack: "prod" });
  mkdirSync(join(files.state, ".."), { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function state(pending: readonly string[] = [], mark = ""): string {
  const operations = pending.map((type) => ({ resource: { urn: "u" }, type }));
  return JSON.stringify({
    version: 3,
    checkpoint: { stack: "s", latest: { manifest: { mark }, ...(pending.length > 0 && { pending_operations: operations }) } },
  });
}

function saved(): { readonly checkpoint: { readonly latest: { readonly manifest: { readonly mark: string } } } } {
  return JSON.parse(readFileSync(files.state, "utf8"));
}

test("leaves a state without pending operations unchanged", () => {
  writeFileSync(files.state, state());

  expect(recoverState(files)).toEqual({ notes: [], refresh: false });
  expect(readFileSync(files.state, "utf8")).toBe(state());
});

test("drops pending creates, which the provider adopts, and needs no refresh", () => {
  writeFileSync(files.state, state(["creating"], "kept"));

  const { notes, refresh } = recoverState(files);

  expect(notes).toEqual(["the last run was killed with 1 operation under way; this run finishes them"]);
  expect(refresh).toBe(false);
  expect(saved().checkpoint.latest).toEqual({ manifest: { mark: "kept" } });
});

test.each(["updating", "deleting", "reading", "importing"])("refreshes after a pending %s operation", (type) => {
  writeFileSync(files.state, state(["creating", type]));

  expect(recoverState(files).refresh).toBe(true);
});

test.each(["", '{"version": 3, "checkp', "[]", '{"version":3}'])(
  "restores the newest valid older state where the file holds %p",
  (damaged) => {
    const [backups = ""] = files.older;
    mkdirSync(backups, { recursive: true });
    writeFileSync(files.state, damaged);
    writeFileSync(`${files.state}.bak`, damaged);
    for (const [name, seconds] of [
      ["old", 1000],
      ["new", 2000],
    ] as const) {
      writeFileSync(join(backups, `prod.${name}.json`), state([], name));
      utimesSync(join(backups, `prod.${name}.json`), seconds, seconds);
    }

    const { notes, refresh } = recoverState(files);

    expect(saved().checkpoint.latest.manifest.mark).toBe("new");
    expect(refresh).toBe(true);
    expect(notes[0]).toContain("the state was damaged; restored the one of 1970-01-01T00:33:20.000Z");
    expect(readFileSync(`${files.state}.damaged`, "utf8")).toBe(damaged);
  },
);

test("refuses a damaged state that nothing older can replace, and says what to do", () => {
  writeFileSync(files.state, "");

  expect(() => recoverState(files)).toThrow("state.damaged");
});

test("has nothing to do for a stack that was never saved", () => {
  expect(recoverState(files)).toEqual({ notes: [], refresh: false });
});

test.each([
  ["file:///var/state", "/var/state"],
  ["file://./state", "/project/state"],
  ["file:///var/state?no_tmp_dir=true", "/var/state"],
  ["s3://bucket", undefined],
  ["https://api.pulumi.com", undefined],
])("reads the folder of %s", (url, expected) => {
  expect(backendFolder(url, "/project")).toBe(expected);
});
