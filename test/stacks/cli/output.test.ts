import { ConfigError, type Problem } from "#lib/core/problem";
import { CommandError, EXIT, exitCodeOf } from "#stacks/cli/exit-codes";
import { createOutput, run } from "#stacks/cli/output";
import { table } from "#stacks/cli/table";
import { ApiError } from "#stacks/cluster/api-error";
import { LocalError } from "#stacks/local/local-error";
import { FakeTerminal } from "./fake-terminal";

const problem: Problem = { id: "spec.missing", path: "name", got: "nothing", allowed: "a name", fix: "set name" };

test("data goes to stdout and progress to stderr", () => {
  const terminal = new FakeTerminal();

  const output = createOutput({}, terminal);
  output.note("working");
  output.result("Thing", { size: 1 }, () => "size 1");

  expect(terminal.out).toBe("size 1\n");
  expect(terminal.err).toBe("working\n");
});

test("--json prints one versioned document and no text", () => {
  const terminal = new FakeTerminal();

  createOutput({ json: true }, terminal).result("Thing", { size: 1 }, () => "size 1");

  expect(JSON.parse(terminal.out)).toEqual({ apiVersion: "beamstack-iac/v1", kind: "Thing", size: 1 });
});

test.each([
  ["on a terminal", { tty: true, env: {} }, true],
  ["not when stdout is no terminal", { tty: false, env: {} }, false],
  ["not with NO_COLOR", { tty: true, env: { NO_COLOR: "1" } }, false],
  ["not on a dumb terminal", { tty: true, env: { TERM: "dumb" } }, false],
])("colours %s", (_name, { tty, env }, coloured) => {
  const output = createOutput({}, new FakeTerminal({ tty, env }));

  expect(output.colors.red("x") !== "x").toBe(coloured);
});

test("a thrown ConfigError shows every problem with its fix and ends with 2", async () => {
  const terminal = new FakeTerminal();

  await run({}, () => Promise.reject(new ConfigError([problem, { ...problem, path: "cluster" }])), terminal);

  expect(terminal.code).toBe(2);
  expect(terminal.err).toContain("spec.missing at cluster");
  expect(terminal.err).toContain("fix      set name");
  expect(terminal.err).toContain("2 problems; nothing was changed");
  expect(terminal.out).toBe("");
});

test("with --json a failure is a document on stdout", async () => {
  const terminal = new FakeTerminal();

  await run({ json: true }, () => Promise.reject(new ConfigError([problem])), terminal);

  expect(JSON.parse(terminal.out)).toMatchObject({ kind: "Error", exitCode: 2, problems: [{ id: "spec.missing", severity: "error" }] });
});

test("a failure that was foreseen is one line, an internal error shows its stack", async () => {
  const [foreseen, fault] = [new FakeTerminal(), new FakeTerminal()];

  await run({}, () => Promise.reject(new LocalError("no go", "install go")), foreseen);
  await run({}, () => Promise.reject(new TypeError("x is undefined")), fault);

  expect(foreseen.err).toBe("error no go; install go\n");
  expect(fault.err).toContain("internal error: TypeError: x is undefined\n    at ");
  expect(fault.code).toBe(255);
});

test.each([
  [new CommandError(EXIT.stackNotFound, "no stack", "run up"), 6],
  [new LocalError("a", "b"), 1],
  [new ApiError(401, "Unauthorized", "who are you"), 3],
  [new ApiError(403, "Forbidden", "not you"), 3],
  [new ApiError(422, "Invalid", "wrong"), 4],
  ["a text", 255],
])("%s ends with its own code", (thrown, code) => {
  expect(exitCodeOf(thrown)).toBe(code);
});

test("a table lines up its columns, also below painted cells, and stays one line a row", () => {
  const rows = [
    ["long name", "x"],
    [{ text: "y\u001b[2J", paint: (plain: string) => `<${plain}>` }, "z"],
  ];

  const text = table([["A", "B"], ...rows]);

  expect(text).toBe("A          B\nlong name  x\n<y [2J>      z");
});
