import { readdirSync } from "node:fs";
import { join } from "node:path";
import { EXCEPTIONS } from "#lib/checks/exceptions";
import { checkRelease } from "#lib/checks/index";
import { RULES } from "#lib/checks/registry";
import { object } from "../release/fixture";
import { breaches } from "./breaches";
import { cluster, deployment, production, release } from "./good";

const found = (id: string, given: Parameters<typeof checkRelease>[0]) =>
  checkRelease(given, production).filter((problem) => problem.id === `checks.${id}`);

test("every rule is a file of its name, and every file is a rule", () => {
  const files = readdirSync(join(__dirname, "../../../lib/checks/rules")).map((file) => file.replace(".ts", ""));

  expect(RULES.map(({ id }) => id)).toEqual(files.sort());
});

test("every rule has releases here that break it", () => {
  expect(Object.keys(breaches).sort()).toEqual(RULES.map(({ id }) => id));
});

test("a release of hardened workloads breaks none, in production either", () => {
  expect(checkRelease(release(deployment(), cluster()), production)).toEqual([]);
});

describe.each(Object.entries(breaches))("%s", (id, { breaks, keeps }) => {
  test.each(breaks)("finds %s", (got, broken) => {
    const [first] = found(id, broken);

    expect(first).toMatchObject({ got: expect.stringContaining(got), path: "test" });
  });

  test.each(keeps.map((kept, position) => [position + 1, kept] as const))("has nothing to say of kept release %i", (_position, kept) => {
    expect(found(id, kept)).toEqual([]);
  });
});

test("a finding names the line of the environment file, the field and the object", () => {
  const [problem] = found("no-host-namespaces", release(deployment({ hostNetwork: true })));

  expect(problem).toEqual({
    id: "checks.no-host-namespaces",
    path: "test",
    got: "true at spec.template.spec.hostNetwork of apps/Deployment/app/app",
    allowed: "no hostNetwork, hostPID, hostIPC",
    fix: "remove the field",
  });
});

test("rules for production say nothing elsewhere", () => {
  expect(checkRelease(release(deployment({}, { replicas: 1 })), { production: false, pools: [], kinds: [] })).toEqual([]);
});

test("a definition's own schema is no pod", () => {
  const definition = object("CustomResourceDefinition", "things.example.com", {
    apiVersion: "apiextensions.k8s.io/v1",
    spec: { group: "example.com", names: { kind: "Thing" }, spec: { containers: [{ name: "x", image: "y" }] } },
  });

  expect(checkRelease(release(definition), production)).toEqual([]);
});

test("every exception names a rule there is and says why", () => {
  const ids = RULES.map(({ id }) => id);

  for (const { rule, reason } of EXCEPTIONS) {
    expect(ids).toContain(rule);
    expect(reason.length).toBeGreaterThan(20);
  }
});
