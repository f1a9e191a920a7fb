import { validateCommand } from "#stacks/cli/commands/validate";
import { FakeTerminal } from "./fake-terminal";

jest.mock("#stacks/environments", () =>
  jest.requireActual("./environments-fixture").fakeEnvironments({
    good: { name: "good", cluster: { type: "embedded" } },
    warned: {
      name: "warned",
      cluster: { type: "embedded" },
      nodePools: { cpu: { type: "plain", nodes: 1, node: { cpu: 4, memory: jest.requireActual("#lib/core/size").Size.gibibytes(16) } } },
    },
    wrong: { name: "Wrong", cluster: { type: "embeded" }, certManger: {} },
  }),
);

const validate = async (...args: string[]): Promise<FakeTerminal> => {
  const terminal = new FakeTerminal();
  await validateCommand(terminal).parseAsync(args, { from: "user" });
  return terminal;
};

test("a good environment is valid and ends with 0", async () => {
  const { out, code } = await validate("good");

  expect(out).toBe("good: valid\n");
  expect(code).toBe(0);
});

test("shows a warning once, and ends with 0", async () => {
  const { out, code } = await validate("warned");

  expect(out.match(/node-pools\.former-type/g)).toHaveLength(1);
  expect(out).toContain("warned: valid, 1 warning");
  expect(code).toBe(0);
});

test("shows all problems at once, each with what was got, what is allowed and how to fix it, and ends with 2", async () => {
  const { out, code } = await validate("wrong");

  expect(code).toBe(2);
  expect(out).toContain("spec.unknown-key at certManger (stacks/env/wrong.ts)");
  expect(out).toContain("did you mean certManager?");
  expect(out).toContain("at name (stacks/env/wrong.ts)");
  expect(out).toContain("at cluster");
  expect(out).toMatch(/^wrong: 3 problems$/m);
});

test("without a name, every environment is looked at", async () => {
  const { out } = await validate();

  expect(out).toContain("good: valid");
  expect(out).toContain("wrong: 3 problems");
});

test("--json has every problem by environment, with its file", async () => {
  const { out, code } = await validate("--json");

  const document = JSON.parse(out);
  expect(code).toBe(2);
  expect(document).toMatchObject({ apiVersion: "beamstack-iac/v1", kind: "Validation", valid: false });
  expect(document.environments[0]).toEqual({ name: "good", valid: true, problems: [], deviations: [], requires: [] });
  expect(document.environments[2].problems).toContainEqual(
    expect.objectContaining({ id: "spec.unknown-key", path: "certManger", severity: "error", file: "stacks/env/wrong.ts" }),
  );
});
