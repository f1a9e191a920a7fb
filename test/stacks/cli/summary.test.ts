import { coreSchema } from "#lib/environment/spec";
import type { Ended } from "#stacks/cli/lifecycle";
import { createOutput } from "#stacks/cli/output";
import { RunModel } from "#stacks/cli/progress/run-model";
import { conclude } from "#stacks/cli/summary";
import type { EngineSettings } from "#stacks/engine/settings";
import { PLUGINS } from "../../fixtures/plugins";
import { namespace, releaseWith } from "../../lib/release/fixture";
import { FakeTerminal } from "./fake-terminal";

const RELEASE = releaseWith([namespace("ns")]);
const SETTINGS: EngineSettings = { engine: "pulumi", plugins: PLUGINS, project: "team", stack: "test", env: {}, cwd: "/" };

/** What `up` leaves on the terminal. */
function concluded(ended: Partial<Ended>, options = {}): FakeTerminal {
  const terminal = new FakeTerminal();
  const environment = { ...coreSchema.parse({ name: "test", cluster: { type: "embedded" } }), operators: "simulated" } as const;
  const end = { code: 0, stdout: "", stderr: "", interrupted: false };
  const ready = { environment, release: RELEASE, settings: SETTINGS, refresh: false };
  conclude(ready, { model: new RunModel("up", RELEASE), end, leftovers: [], ...ended }, options, createOutput({}, terminal));
  return terminal;
}

test("an environment that is up is said to be, with what to do next", () => {
  const { out, code } = concluded({});

  expect(code).toBe(0);
  expect(out).toMatch(/^test is up: 1 object, 0 changes$/m);
  expect(out).toMatch(/^next$/m);
});

test.each([
  ["the engine changed something", { end: { code: 7, stdout: "", stderr: "", interrupted: false } }, "0 changes"],
  ["a killed run had left something", { leftovers: ["core/ConfigMap/ns/c"] }, "0 changes, 1 object of killed runs removed"],
])("no changes expected, and %s: nothing is said to be up", (_, ended, changes) => {
  const { out, code } = concluded(ended, { expectNoChanges: true });

  expect(code).toBe(7);
  expect(out).toBe(`up test made changes although none were expected: ${changes}\n`);
});

test("what the program says of the whole run is shown, and what it said of one resource is not", () => {
  const model = new RunModel("preview", RELEASE);
  const urn = "urn:pulumi:test::team::kubernetes:core/v1:Namespace::core/Namespace/ns";
  const message = { type: "message", severity: "info", ephemeral: false } as const;
  model.apply({ ...message, text: "pipeline clicks: clicks-1 goes on from a savepoint that clicks-0 leaves", urn: undefined });
  model.apply({ ...message, text: "retries", urn });

  const { err } = concluded({ model });

  expect(err).toBe("pipeline clicks: clicks-1 goes on from a savepoint that clicks-0 leaves\n");
});
