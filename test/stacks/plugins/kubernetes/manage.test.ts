/** Field managers, conflicts told, and ignoreChanges under server-side apply. */

import type { KubeObject } from "#lib/kube/object";
import { ApiError } from "#stacks/cluster/api-error";
import { withoutIgnored } from "#stacks/plugins/kubernetes/operations/ignore-changes";
import {
  conflictMessage,
  conflictsOnlyWithHandEdits,
  conflictsOnlyWithOurselves,
  fieldManagerOf,
} from "#stacks/plugins/kubernetes/operations/manage";

const conflict = (manager: string) =>
  new ApiError(409, "Conflict", "Apply failed with 1 conflict", [
    { reason: "FieldManagerConflict", field: ".spec.replicas", message: `conflict with "${manager}" using apps/v1` },
  ]);

describe("a field manager", () => {
  it("is the annotation's, else the state's, else a new one in the official form", () => {
    const annotated = { metadata: { annotations: { "pulumi.com/patchFieldManager": "mine" } } };

    expect(fieldManagerOf(annotated, "old")).toBe("mine");
    expect(fieldManagerOf({}, "old")).toBe("old");
    expect(fieldManagerOf({}, "")).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  });
});

describe("a field conflict", () => {
  it("names the other manager, the field and the three ways out", () => {
    const message = conflictMessage(conflict("kube-controller-manager"), "pulumi-kubernetes-1");

    expect(message).toContain('.spec.replicas (conflict with "kube-controller-manager" using apps/v1)');
    expect(message).toMatch(/ignoreChanges[\s\S]*pulumi\.com\/patchForce[\s\S]*other manager give them up/);
  });

  it("with our own plain writes is none with anybody else", () => {
    expect(conflictsOnlyWithOurselves(conflict("pulumi-kubernetes"))).toBe(true);
    expect(conflictsOnlyWithOurselves(conflict("kubectl"))).toBe(false);
    expect(conflictsOnlyWithOurselves(new ApiError(409, "Conflict", "modified"))).toBe(false);
  });

  it.each([
    ["kubectl", true],
    ["kubectl-edit", true],
    ["kubectl-label", true],
    ["kubectl-client-side-apply", false],
    ["argocd-controller", false],
    ["kube-controller-manager", false],
  ])("with %s is drift by hand: %s", (manager, byHand) => {
    expect(conflictsOnlyWithHandEdits(conflict(manager))).toBe(byHand);
  });
});

describe("ignoreChanges", () => {
  const wanted: KubeObject = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec: { replicas: 1, paused: false } };
  const liveWith = (...managers: string[]): KubeObject => ({
    ...wanted,
    spec: { replicas: 5 },
    metadata: {
      name: "d",
      managedFields: managers.map((manager) => ({ manager, operation: "Apply", fieldsV1: { "f:spec": { "f:replicas": {} } } })),
    },
  });
  const apply = (live: KubeObject) => withoutIgnored(wanted, { live, manager: "ours", ignoreChanges: ["spec.replicas"] })["spec"];

  it("leaves a field out that only others manage, so that it conflicts with nobody", () => {
    expect(apply(liveWith("hpa"))).toEqual({ paused: false });
  });

  it("sends the live value of a field that we manage too, so that it is not dropped", () => {
    expect(apply(liveWith("hpa", "ours"))).toEqual({ replicas: 5, paused: false });
    expect(apply(liveWith())).toEqual({ replicas: 5, paused: false });
  });
});
