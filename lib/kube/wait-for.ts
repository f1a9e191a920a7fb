/** A readiness row as the annotation by which the Pulumi Kubernetes provider waits. */

import type { Readiness, StatusTest } from "./readiness";

/** Annotation of the Pulumi Kubernetes provider: what to wait for. */
export const WAIT_FOR_ANNOTATION = "pulumi.com/waitFor";

/**
 * The value of {@link WAIT_FOR_ANNOTATION} for a kind, or `undefined` where nothing needs waiting for.
 * Source of the grammar: Pulumi Kubernetes provider, `pulumi.com/waitFor` (condition=..., jsonpath=..., a JSON list of them).
 */
export function waitForAnnotation(readiness: Readiness): string | undefined {
  const tests = readiness.ready.map(waitForTest);
  return tests.length > 1 ? JSON.stringify(tests) : tests[0];
}

/** The grammar knows one value a field: where several mean ready, waiting for the field to be set is the most it can say. */
function waitForTest(test: StatusTest): string {
  if (test.type === "condition") return `condition=${test.name}${test.status === "True" ? "" : `=${test.status}`}`;
  const [only, ...more] = test.anyOf;
  return more.length === 0 ? `jsonpath={${test.path}}=${only}` : `jsonpath={${test.path}}`;
}
