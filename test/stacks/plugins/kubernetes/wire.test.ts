/** Between the engine's messages and plain values. */

import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { PartialFailure } from "#stacks/plugins/kubernetes/requests";
import { checkCall, diffResponse, fromStruct, toServiceError, toStruct } from "#stacks/plugins/kubernetes/wire";

describe("a message of the engine", () => {
  it("gives properties without nulls, which Pulumi takes for absent", () => {
    expect(fromStruct(toStruct({ a: null, b: { c: null, d: [1, "x", true, null, {}] } }))).toEqual({ b: { d: [1, "x", true, null, {}] } });
    expect(fromStruct(undefined)).toEqual({});
  });

  it("may say how names are to be made", () => {
    const autonaming = new pb.CheckRequest.AutonamingOptions().setMode(pb.CheckRequest.AutonamingOptions.Mode.ENFORCE).setProposedName("n");

    expect(checkCall(new pb.CheckRequest().setAutonaming(autonaming)).autonaming).toEqual({ mode: "enforce", proposedName: "n" });
    expect(checkCall(new pb.CheckRequest()).autonaming).toBeUndefined();
  });
});

describe("an answer to the engine", () => {
  it("lists each changed field with its kind", () => {
    const fields = new Map([
      ["spec.a", { kind: "add", replace: false }],
      ['data["x.y"]', { kind: "delete", replace: true }],
    ] as const);

    const response = diffResponse({ changed: true, fields, replaces: ["data"], deleteBeforeReplace: true });

    const kinds = pb.PropertyDiff.Kind;
    expect(response.getDetaileddiffMap().get("spec.a")?.getKind()).toBe(kinds.ADD);
    expect(response.getDetaileddiffMap().get('data["x.y"]')?.getKind()).toBe(kinds.DELETE_REPLACE);
    expect(response.toObject()).toMatchObject({
      changes: pb.DiffResponse.DiffChanges.DIFF_SOME,
      diffsList: ["spec", "data"],
      deletebeforereplace: true,
    });
  });

  it("carries the state of a resource that exists but is not what it should be", () => {
    const failure = new PartialFailure("not ready", { id: "n/a", properties: { a: "b" } }, ["first", "second"]);

    const { details, metadata } = toServiceError(failure);

    const [packed] = metadata?.get("grpc-status-details-bin") ?? [];
    const [any] = Status.deserializeBinary(Buffer.from(packed ?? "")).getDetailsList();
    const detail = any?.unpack(pb.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
    expect(details).toBe("not ready");
    expect(detail?.getId()).toBe("n/a");
    expect(detail?.getReasonsList()).toEqual(["first", "second"]);
    expect(fromStruct(detail?.getProperties())).toEqual({ a: "b" });
  });

  it("is the message alone for any other error", () => {
    expect(toServiceError(new Error("no"))).toMatchObject({ details: "no" });
  });
});
