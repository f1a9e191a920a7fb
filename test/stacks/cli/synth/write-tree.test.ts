import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeTree } from "#stacks/cli/commands/synth/write-tree";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tree-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tree = (files: Record<string, string>): ReadonlyMap<string, string> => new Map(Object.entries(files));
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const read = (path: string): string => readFileSync(join(folder, path), "utf8");
/** All files but the list. */
const files = (): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && entry.name !== ".beamstack-iac-files")
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test("writes every file of a new tree and lists them", () => {
  const result = writeTree(folder, tree({ "a/x.yaml": "x\n", "b.yaml": "b\n" }), "test");

  expect(result).toMatchObject({ ok: true, value: { written: ["a/x.yaml", "b.yaml"], unchanged: 0, removed: [] } });
  expect(files()).toEqual(["a/x.yaml", "b.yaml"]);
  expect(Object.keys(JSON.parse(read(".beamstack-iac-files")).files)).toEqual(["a/x.yaml", "b.yaml"]);
});

test.each([
  ["is a file", () => join(folder, "file")],
  ["is below a file", () => join(folder, "file", "below")],
  ["no folder can be made for", () => "/proc/beamstack-iac"],
])("a place that %s is a problem", (_, place) => {
  put("file", "somebody's\n");

  expect(writeTree(place(), tree({ "a.yaml": "a\n" }), "test")).toMatchObject({
    ok: false,
    problems: [{ id: "synth.cannot-write", path: place() }],
  });

  expect(read("file")).toBe("somebody's\n");
});

test("writes only what changed", () => {
  writeTree(folder, tree({ "a.yaml": "a\n", "b.yaml": "b\n" }), "test");
  const long = new Date(0);
  utimesSync(join(folder, "a.yaml"), long, long);

  const result = writeTree(folder, tree({ "a.yaml": "a\n", "b.yaml": "new\n" }), "test");

  expect(result).toMatchObject({ ok: true, value: { written: ["b.yaml"], unchanged: 1 } });
  expect(statSync(join(folder, "a.yaml")).mtime).toEqual(long);
  expect(read("b.yaml")).toBe("new\n");
});

test("removes files of ours that left the tree, and the folders this empties", () => {
  writeTree(folder, tree({ "a/b/x.yaml": "x\n", "c.yaml": "c\n" }), "test");

  const result = writeTree(folder, tree({ "c.yaml": "c\n" }), "test");

  expect(result).toMatchObject({ ok: true, value: { removed: ["a/b/x.yaml"] } });
  expect(existsSync(join(folder, "a"))).toBe(false);
});

test("leaves the files of others alone, also beside files that go", () => {
  put("a/README.md", "mine");
  writeTree(folder, tree({ "a/x.yaml": "x\n" }), "test");

  writeTree(folder, tree({}), "test");

  expect(files()).toEqual(["a/README.md"]);
  expect(read("a/README.md")).toBe("mine");
});

describe("writes nothing and says so", () => {
  const cases: [string, string, () => void][] = [
    ["a foreign file is in the way", "synth.foreign-file", () => put("a/x.yaml", "mine")],
    [
      "a file of ours that would change was edited",
      "synth.edited-file",
      () => {
        writeTree(folder, tree({ "a/x.yaml": "old\n" }), "test");
        put("a/x.yaml", "edited");
      },
    ],
    [
      "a file of ours that would go was edited",
      "synth.edited-file",
      () => {
        writeTree(folder, tree({ "a/x.yaml": "x\n", "gone.yaml": "gone\n" }), "test");
        put("gone.yaml", "edited");
      },
    ],
    ["a file is where a folder goes", "synth.in-the-way", () => put("a", "mine")],
    ["a folder is where a file goes", "synth.in-the-way", () => mkdirSync(join(folder, "a/x.yaml"), { recursive: true })],
    ["a symbolic link is where a folder goes", "synth.in-the-way", () => symlinkSync(tmpdir(), join(folder, "a"))],
    [
      "a symbolic link is where a file goes",
      "synth.in-the-way",
      () => {
        put("target", "mine");
        mkdirSync(join(folder, "a"));
        symlinkSync("../target", join(folder, "a/x.yaml"));
      },
    ],
    ["its list is no list", "synth.unreadable-list", () => put(".beamstack-iac-files", "{}")],
    [
      "its list names a path outside",
      "synth.unreadable-list",
      () =>
        put(
          ".beamstack-iac-files",
          JSON.stringify({ apiVersion: "beamstack-iac/v1", kind: "TreeList", files: { "../x": "0".repeat(64) } }),
        ),
    ],
  ];

  test.each(cases)("when %s", (_when, id, arrange) => {
    arrange();
    const before = files().map((path) => [path, existsSync(join(folder, path)) && statSync(join(folder, path)).isFile() ? read(path) : ""]);

    const result = writeTree(folder, tree({ "a/x.yaml": "x\n", "new.yaml": "new\n" }), "test");

    expect(result).toMatchObject({ ok: false, problems: [{ id }] });
    expect(files().map((path) => [path, statSync(join(folder, path)).isFile() ? read(path) : ""])).toEqual(before);
  });
});

test("goes on after a run that was killed half-way, though the tree changed since", () => {
  writeTree(folder, tree({ "a.yaml": "a\n" }), "test");
  const digest = JSON.parse(read(".beamstack-iac-files")).files;
  put(
    ".beamstack-iac-files",
    JSON.stringify({ apiVersion: "beamstack-iac/v1", kind: "TreeList", files: {}, pending: { ...digest, "b.yaml": "0".repeat(64) } }),
  );

  const result = writeTree(folder, tree({ "a.yaml": "newer\n" }), "test");

  expect(result).toMatchObject({ ok: true, value: { written: ["a.yaml"], removed: [] } });
  expect(JSON.parse(read(".beamstack-iac-files"))).not.toHaveProperty("pending");
});

test("refuses the folder of another environment, and writes nothing", () => {
  writeTree(folder, tree({ "a.yaml": "a\n" }), "prod");

  const result = writeTree(folder, tree({ "b.yaml": "b\n" }), "dev");

  expect(result).toMatchObject({ ok: false, problems: [{ id: "synth.other-environment", got: "the files of environment prod" }] });
  expect(files()).toEqual(["a.yaml"]);
});

test("a manual change that the environment adopts is ours from then on", () => {
  writeTree(folder, tree({ "a.yaml": "a\n" }), "test");
  put("a.yaml", "edited\n");
  writeTree(folder, tree({ "a.yaml": "edited\n" }), "test");

  expect(writeTree(folder, tree({ "a.yaml": "newer\n" }), "test")).toMatchObject({ ok: true, value: { written: ["a.yaml"] } });
});
