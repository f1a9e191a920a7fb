/** A cluster of objects in memory that runs stop Jobs as a test says. */

import type { JsonValue } from "#lib/core/json";
import { type KubeObject, objectId } from "#lib/kube/object";
import type { StopClient } from "#stacks/beam/stop-pipeline";
import { ApiError } from "#stacks/cluster/api-error";
import type { ListQuery, ObjectRef } from "#stacks/cluster/calls";
import type { ApiRequest } from "#stacks/cluster/transport";

/** What becomes of the Jobs that are created. */
export interface JobOutcome {
  /** @default it does not end */
  readonly end?: "Complete" | "Failed";
  /** @default the pod's log may not be read */
  readonly log?: string;
  /** Status of the Job's pod. @default none */
  readonly pod?: Readonly<Record<string, JsonValue>>;
  /** What its pod does to the cluster. @default nothing */
  readonly effect?: (cluster: FakeCluster) => void;
}

/** As much of a cluster as a stop needs. */
export class FakeCluster implements StopClient {
  public readonly objects = new Map<string, KubeObject>();
  /** Writes in their order, such as `create batch/Job/flink/clicks-stop`. */
  public readonly writes: string[] = [];
  /** Every object that was created. */
  public readonly created: KubeObject[] = [];

  public constructor(
    objects: readonly KubeObject[],
    public outcome: JobOutcome = {},
  ) {
    for (const object of objects) this.objects.set(objectId(object), object);
  }

  public async get(ref: ObjectRef): Promise<KubeObject> {
    const found = this.objects.get(idOf(ref));
    if (found) return found;
    throw new ApiError(404, "NotFound", `${ref.kind} ${ref.name} not found`);
  }

  public async list({ kind, namespace, labelSelector = "" }: ListQuery): Promise<readonly KubeObject[]> {
    const wanted = labelSelector.split(",").map((part) => part.split("="));
    return [...this.objects.values()].filter(
      ({ kind: own, metadata: { namespace: place, labels = {} } }) =>
        own === kind &&
        (namespace === undefined || place === namespace) &&
        wanted.every(([name = "", value]) => (value === undefined ? name in labels : labels[name] === value)),
    );
  }

  public async create(object: KubeObject): Promise<KubeObject> {
    const { name, namespace = "" } = object.metadata;
    this.writes.push(`create ${objectId(object)}`);
    this.created.push(object);
    if (object.kind !== "Job") {
      this.put(object);
      return object;
    }
    const { end, pod, effect } = this.outcome;
    const status = end === undefined ? {} : { conditions: [{ type: end, status: "True" }] };
    const kept = { ...object, metadata: { ...object.metadata, uid: "job-uid" }, status };
    this.put(kept);
    const labels = { "batch.kubernetes.io/job-name": name };
    this.put({ apiVersion: "v1", kind: "Pod", metadata: { name: `${name}-1`, namespace, labels }, status: { ...pod } });
    effect?.(this);
    return kept;
  }

  public async patch(ref: ObjectRef, { body }: { readonly body: JsonValue }): Promise<KubeObject> {
    this.writes.push(`patch ${idOf(ref)} ${JSON.stringify(body)}`);
    return this.get(ref);
  }

  public async delete(ref: ObjectRef): Promise<undefined> {
    await this.get(ref);
    this.writes.push(`delete ${idOf(ref)}`);
    this.objects.delete(idOf(ref));
  }

  public async text(_request: ApiRequest): Promise<string> {
    if (this.outcome.log === undefined) throw new ApiError(403, "Forbidden", "pods/log is forbidden");
    return this.outcome.log;
  }

  /** Sets an object. */
  public put(object: KubeObject): void {
    this.objects.set(objectId(object), object);
  }
}

function idOf({ apiVersion, kind, name, namespace }: ObjectRef): string {
  return objectId({ apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } });
}
