/** The pulumi.com/waitFor annotation. */

import type { JsonObject } from "#lib/core/json";
import { parseWaitFor, waitForRule } from "#stacks/plugins/kubernetes/awaits/wait-for";

const check = async (annotation: string, status: JsonObject) => {
  const look = { get: async () => undefined, list: async () => [] };
  return waitForRule(annotation).check({ apiVersion: "a/v1", kind: "A", metadata: { name: "a" }, status }, look);
};

const READY = { conditions: [{ type: "Ready", status: "True" }], phase: "Up", items: [1] };

describe("pulumi.com/waitFor", () => {
  it.each([
    ["condition=Ready", true],
    ["condition=ready=true", true],
    ["condition=Ready=False", false],
    ["condition=Other", false],
    ["jsonpath={.status.phase}", true],
    ["jsonpath={.status.phase}=Up", true],
    ["jsonpath={.status.phase}=Down", false],
    ["jsonpath={.status.items}", true],
    ["jsonpath={.status.missing}", false],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
    ['["condition=Ready", "jsonpath={.status.phase}=Up"]', true],
    ['["condition=Ready", "jsonpath={.status.phase}=Down"]', false],
  ])("%s is met: %s", async (annotation, ready) => {
    expect(await check(annotation, READY)).toMatchObject({ ready });
  });

  it("says what is missing and what there is instead", async () => {
    expect(await check("jsonpath={.status.phase}=Down", READY)).toMatchObject({ message: "waiting for {.status.phase}=Down (now Up)" });
    expect(await check("condition=Other", READY)).toMatchObject({ message: "waiting for condition Other=True (now absent)" });
  });

  it("fails where a value can never be equal", async () => {
    expect(await check("jsonpath={.status.items}=1", READY)).toMatchObject({ failed: true });
  });

  it.each([
    ["Ready", /expected a "jsonpath=" or "condition=" prefix/],
    ["[]", /at least one condition/],
    ["condition=", /requires a condition type/],
    ["jsonpath=.status.phase", /wrapped in brackets/],
    ["jsonpath='{.status.phase}'", /wrapped in brackets/],
    ["jsonpath={.status.phase}=", /format should be/],
    ["jsonpath={.a}=b=c", /format should be/],
    ["jsonpath={.a}={.b}", /format should be/],
    ["jsonpath={a}", /at position 0/],
  ])("%s is refused", (annotation, message) => {
    expect(() => parseWaitFor(annotation)).toThrow(message);
  });
});
