import { endingCode, errorsOf } from "#stacks/cli/ending";
import { EXIT } from "#stacks/cli/exit-codes";
import { RunModel } from "#stacks/cli/progress/run-model";
import type { EngineEnd } from "#stacks/engine/engine";
import { namespace, releaseWith } from "../../lib/release/fixture";

const URN = "urn:pulumi:test::beamstack::kubernetes:core/v1:Namespace::core/Namespace/ns";

function ended(end: Partial<EngineEnd>, errors: readonly string[] = []) {
  const model = new RunModel("up", releaseWith([namespace("ns")]));
  for (const text of errors) model.apply({ type: "message", severity: "error", text, urn: URN, ephemeral: false });
  return { model, end: { code: 1, stdout: "", stderr: "", interrupted: false, ...end } };
}

test.each([
  ["success", ended({ code: 0 }), EXIT.ok],
  ["an interrupt", ended({ code: 1, interrupted: true }), EXIT.cancelled],
  ["changes where none were expected", ended({ code: 7 }), EXIT.noChanges],
  ["a stack that does not exist", ended({ code: 6 }), EXIT.stackNotFound],
  ["a wrong passphrase", ended({ stderr: "error: incorrect passphrase" }), EXIT.configuration],
  ["credentials that are refused", ended({}, ["Unauthorized"]), EXIT.authentication],
  ["a right that is missing", ended({}, ['secrets is forbidden: User "ci" cannot list resource "secrets"']), EXIT.authentication],
  ["a quota that is used up", ended({}, ['pods "p" is forbidden: exceeded quota: quota']), EXIT.other],
  ["a wait that took too long", ended({}, ["timed out after 600 s: waiting"]), EXIT.timeout],
  ["an object of another owner", ended({}, ["error cluster.foreign-object at core/Namespace/ns: got an object"]), EXIT.resource],
  ["an engine that a signal ended", ended({ code: 255 }), EXIT.internal],
  ["anything else", ended({ stderr: "error: no idea" }), EXIT.other],
])("tells %s by Pulumi's number", (_, run, code) => {
  expect(endingCode(run)).toBe(code);
});

test("tells a resource that failed by 4", () => {
  const run = ended({});
  run.model.apply({
    type: "failed",
    operation: "create",
    urn: URN,
    name: "core/Namespace/ns",
    resourceType: "t",
    retained: false,
    differences: {},
    values: {},
  });

  expect(endingCode(run)).toBe(EXIT.resource);
});

test("names the object of an error, and leaves out the bare notice that the run failed", () => {
  expect(errorsOf(ended({}, ["update failed", "quota exceeded"]))).toEqual([{ id: "core/Namespace/ns", text: "quota exceeded" }]);
});

test("says where charts can come from when the provider cannot read one", () => {
  const text = "property chart value {x} has a problem: no such host; check the chart name and repository configuration.";

  expect(errorsOf(ended({}, [text]))[0]?.text).toBe(
    `${text} Without a network, set BEAMSTACK_IAC_CHARTS to a folder or a mirror that has the chart.`,
  );
});

test("takes the engine's own words where it failed before its first event", () => {
  const stderr = "warning: using pulumi-language-nodejs from $PATH at /x\nerror: the stack is locked\n";

  expect(errorsOf(ended({ stderr }))).toEqual([{ text: "the stack is locked" }]);
});

test("names the signal that killed the engine", () => {
  const [error] = errorsOf(ended({ code: 255, signal: "SIGKILL" }));

  expect(error?.text).toMatch(/^the engine was killed by SIGKILL; .*short of memory/);
});

test("adds no message to a run that the user stopped", () => {
  expect(errorsOf(ended({ code: 255, interrupted: true }))).toEqual([]);
});
