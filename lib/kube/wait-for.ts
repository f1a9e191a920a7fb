/** A readiness row as the `waitFor` annotation of the Pulumi Kubernetes provider. */

import { isJsonObject } from "#lib/core/json";
import { groupKind, type KubeObject } from "./object";
import type { Readiness, StatusTest } from "./readiness";

/** Annotation of the Pulumi Kubernetes provider: what to wait for. */
export const WAIT_FOR_ANNOTATION = "pulumi.com/waitFor";

/** Annotation of the Pulumi Kubernetes provider: how long to wait, in seconds. */
export const WAIT_TIMEOUT_ANNOTATION = "pulumi.com/timeoutSeconds";

/** What the provider waits without {@link WAIT_TIMEOUT_ANNOTATION}. Source: pulumi-kubernetes, await.Creation. */
const DEFAULT_WAIT_SECONDS = 600;

/** The value of {@link WAIT_TIMEOUT_ANNOTATION}: a Job may run until its own deadline. `undefined` where the provider's ten minutes do. */
export function waitTimeoutAnnotation(manifest: KubeObject): string | undefined {
  const { spec } = manifest;
  const deadline = groupKind(manifest) === "batch/Job" && isJsonObject(spec) ? spec["activeDeadlineSeconds"] : undefined;
  return typeof deadline === "number" && deadline > DEFAULT_WAIT_SECONDS ? String(deadline) : undefined;
}

/**
 * The value of {@link WAIT_FOR_ANNOTATION} for a kind, or `undefined` where nothing needs waiting for.
 * Source of the grammar: Pulumi Kubernetes provider, `pulumi.com/waitFor` (condition=..., jsonpath=..., a JSON list of them).
 */
export function waitForAnnotation({ ready, held = [], observesOther = false }: Readiness): string | undefined {
  // The annotation knows no "or", and the provider compares generations: where an object may be held back, or observes another one, our program waits alone.
  if (held.length > 0 || observesOther) return undefined;
  const tests = ready.map(waitForTest);
  return tests.length > 1 ? JSON.stringify(tests) : tests[0];
}

/**
 * The annotation allows one value per field. Where several values mean ready, it can only wait until the field is set, and our program waits
 * for the value (`stacks/program/custom-readiness.ts`). The provider itself compares `observedGeneration` with the object's generation.
 */
function waitForTest(test: StatusTest): string {
  if (test.type === "condition") return `condition=${test.name}${test.status === "True" ? "" : `=${test.status}`}`;
  const [only, ...more] = test.anyOf;
  return more.length === 0 ? `jsonpath={${test.path}}=${only}` : `jsonpath={${test.path}}`;
}
