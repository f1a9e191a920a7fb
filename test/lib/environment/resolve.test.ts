/** What an environment is once it is resolved, and what its parts must agree on. */

import { unwrap } from "#lib/core/problem";
import { resolve } from "#lib/environment/resolve";
import type { EnvironmentSpec } from "#lib/environment/spec";

const NO_FILES = { files: new Map<string, string>() };
const embedded: EnvironmentSpec = { name: "test", cluster: { type: "embedded" } };
const elsewhere: EnvironmentSpec = { name: "test", cluster: { type: "context", context: "c" } };

test("operators are simulated where containers do not run, and real elsewhere", () => {
  expect(unwrap(resolve(embedded, NO_FILES)).operators).toBe("simulated");
  expect(unwrap(resolve(elsewhere, NO_FILES)).operators).toBe("helm");
});

test("refuses simulated operators on a cluster that runs containers", () => {
  const result = resolve({ ...elsewhere, operators: "simulated" }, NO_FILES);

  expect(result).toMatchObject({ ok: false, problems: [{ id: "environment.simulated-operators", path: "operators" }] });
});

test("a resolved environment cannot be changed", () => {
  const environment = unwrap(resolve({ ...embedded, certManager: { replicas: 2 } }, NO_FILES));

  expect(() => Object.assign(environment.certManager ?? {}, { replicas: 3 })).toThrow(TypeError);
});

test("what is not an environment at all is a problem and no crash", () => {
  for (const nothing of [{}, [], "prod", 7]) {
    expect(resolve(nothing as EnvironmentSpec, NO_FILES)).toMatchObject({ ok: false });
  }
});
