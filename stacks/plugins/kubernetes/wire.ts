/** Between the engine's messages and plain values. */

import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { messageOf } from "#stacks/cluster/api-error";
import type { Autonaming } from "./naming";
import { type CheckAnswer, type CheckCall, type DiffAnswer, type FieldChange, PartialFailure } from "./requests";

/** A message's properties as plain JSON, without members that are null. */
export function fromStruct(struct: Struct | undefined): JsonObject {
  const value: unknown = struct?.toJavaScript() ?? {};
  return isJsonObject(value) ? withoutNulls(value) : {};
}

/** Plain JSON as a message's properties. */
export function toStruct(properties: JsonObject): Struct {
  return Struct.fromJavaScript(withoutNulls(properties));
}

/** The call that checks inputs, of a resource or of the provider. */
export function checkCall(request: pb.CheckRequest): CheckCall {
  const autonaming = autonamingOf(request.getAutonaming());
  return {
    urn: request.getUrn(),
    olds: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
    seed: request.getRandomseed_asU8(),
    ...(autonaming && { autonaming }),
  };
}

/** The answer to a check. */
export function checkResponse({ inputs, failures }: CheckAnswer): pb.CheckResponse {
  const list = failures.map(({ property, reason }) => new pb.CheckFailure().setProperty(property).setReason(reason));
  return new pb.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(list);
}

/** The answer to a diff. */
export function diffResponse({ changed, fields, replaces, deleteBeforeReplace }: DiffAnswer): pb.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
  const response = new pb.DiffResponse()
    .setChanges(changed ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...new Set([...fields.keys()].map((path) => path.split(/[.[]/)[0] ?? path))])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, change] of fields) response.getDetaileddiffMap().set(path, new pb.PropertyDiff().setKind(kindOf(change)));
  return response;
}

/** The error as the engine reads it: with the state of the resource where there is one. */
export function toServiceError(error: unknown): Partial<ServiceError> {
  const message = messageOf(error);
  if (!(error instanceof PartialFailure)) return { code: status.UNKNOWN, details: message };
  const detail = new pb.ErrorResourceInitFailed()
    .setId(error.resource.id)
    .setProperties(toStruct(error.resource.properties))
    .setReasonsList([...error.reasons]);
  if (error.inputs) detail.setInputs(toStruct(error.inputs));
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const packed = new Status().setCode(status.UNKNOWN).setMessage(message).setDetailsList([any]);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(packed.serializeBinary()));
  return { code: status.UNKNOWN, details: message, metadata };
}

function kindOf({ kind, replace }: FieldChange): pb.PropertyDiff.Kind {
  const kinds = pb.PropertyDiff.Kind;
  if (kind === "add") return replace ? kinds.ADD_REPLACE : kinds.ADD;
  if (kind === "delete") return replace ? kinds.DELETE_REPLACE : kinds.DELETE;
  return replace ? kinds.UPDATE_REPLACE : kinds.UPDATE;
}

const MODES = ["propose", "enforce", "disable"] as const;

function autonamingOf(options: pb.CheckRequest.AutonamingOptions | undefined): Autonaming | undefined {
  const mode = options && MODES[options.getMode()];
  return mode && { mode, proposedName: options.getProposedName() };
}

function withoutNulls(object: JsonObject): Record<string, JsonValue> {
  const entries = Object.entries(object).flatMap(([key, value]): [string, JsonValue][] =>
    value === undefined || value === null ? [] : [[key, cleaned(value)]],
  );
  return Object.fromEntries(entries);
}

function cleaned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(cleaned);
  return isJsonObject(value) ? withoutNulls(value) : value;
}
