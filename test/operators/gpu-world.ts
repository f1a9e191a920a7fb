/** What a control plane makes of units that ask for GPUs. */

import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import type { KubeClient } from "#stacks/cluster/client";
import { pause } from "#stacks/cluster/retry";
import { referencesSeen } from "#stacks/program/admission";
import { applyStrictly } from "../fixtures/apply-release";
import type { Unit } from "./gpu-cases";

/** A unit runs, has a Pending pod, waits in its queue, or nobody has decided on it yet. */
export type UnitState = "runs" | "pending" | "waits" | "undecided";

interface UnitNow {
  readonly unit: Unit;
  readonly state: UnitState;
}

interface Snapshot {
  readonly pods: readonly KubeObject[];
  readonly workloads: readonly KubeObject[];
}

/** Longer than the scheduler and Kueue take on a busy machine. */
const DECIDED_WITHIN_MS = 240_000;

/** Time without any change after which nothing is expected to change any more. */
const QUIET_MS = 120_000;

const RESOURCE = "nvidia.com/gpu";

/** Reads pods and Workloads for all cases together, and applies units. */
export class GpuWorld {
  private next: Promise<Snapshot> | undefined;

  public constructor(private readonly client: () => KubeClient) {}

  /** Applies units one after the other, each when the one before it is decided; returns what became of all. */
  public async inTurn(units: readonly Unit[]): Promise<UnitState[]> {
    for (const unit of units) {
      await this.apply(unit);
      await this.decided(unit);
    }
    return (await this.states(units)).map(({ state }) => state);
  }

  /** Applies units together, and ends those that end while others wait. Returns what never runs. */
  public async neverRun(units: readonly Unit[]): Promise<string[]> {
    for (const unit of units) await this.apply(unit);
    const ran = new Set<Unit>();
    let left = units;
    let before = "";
    for (let quietSince = Date.now(); Date.now() - quietSince < QUIET_MS; ) {
      const states = await this.states(left);
      const running = states.flatMap(({ unit, state }) => (state === "runs" ? [unit] : []));
      for (const unit of running) ran.add(unit);
      if (ran.size === units.length && running.length === left.length) return [];
      const text = JSON.stringify(states.map(({ unit: { name }, state }) => [name, state]));
      if (text !== before) quietSince = Date.now();
      before = text;
      left = await this.endSettled(left, states);
    }
    return [before];
  }

  private async states(units: readonly Unit[]): Promise<UnitNow[]> {
    const snapshot = await this.snapshot();
    return units.map((unit) => ({ unit, state: stateOf(unit, snapshot) }));
  }

  /** Once everything is decided and no pod is Pending, ends what ends by itself; returns what is left. */
  private async endSettled(units: readonly Unit[], states: readonly UnitNow[]): Promise<readonly Unit[]> {
    const isSettled = states.every(({ state }) => state === "runs" || state === "waits");
    const over = isSettled ? states.filter(({ unit, state }) => unit.ends && state === "runs").map(({ unit }) => unit) : [];
    for (const unit of over) await this.end(unit);
    return units.filter((unit) => !over.includes(unit));
  }

  private async apply({ objects }: Unit): Promise<void> {
    for (const object of objects) {
      await referencesSeen(object, this.client());
      await applyStrictly(this.client(), object);
    }
  }

  private async end({ objects }: Unit): Promise<void> {
    for (const object of objects.slice(-1)) await this.client().delete(refOf(object), { propagationPolicy: "Background" });
  }

  private async decided(unit: Unit): Promise<void> {
    const end = Date.now() + DECIDED_WITHIN_MS;
    while (Date.now() < end) if (stateOf(unit, await this.snapshot()) !== "undecided") return;
    throw new Error(`nobody decides on ${unit.name}`);
  }

  /** All cases wait for the same one. */
  private snapshot(): Promise<Snapshot> {
    this.next ??= this.read().finally(() => {
      this.next = undefined;
    });
    return this.next;
  }

  private async read(): Promise<Snapshot> {
    await pause(1_000);
    const [pods, workloads] = await Promise.all([
      this.client().list({ apiVersion: "v1", kind: "Pod" }),
      this.client().list({ apiVersion: "kueue.x-k8s.io/v1beta2", kind: "Workload" }),
    ]);
    return { pods, workloads };
  }
}

function stateOf({ name, pods: count }: Unit, { pods, workloads }: Snapshot): UnitState {
  const own = pods.filter((pod) => pod.metadata.name.startsWith(`${name}-`) && asks(pod));
  const placed = own.filter((pod) => valueAt(pod, ["spec", "nodeName"]) !== undefined);
  const refused = own.filter((pod) => condition(pod, "PodScheduled")?.["reason"] === "Unschedulable");
  if (placed.length >= count) return "runs";
  if (refused.length > 0 && placed.length + refused.length >= count) return "pending";
  const workload = workloads.find((one) => one.metadata.name.includes(`-${name}-`));
  const admission = workload && condition(workload, "QuotaReserved");
  return admission?.["status"] === "False" && admission["reason"] === "Pending" ? "waits" : "undecided";
}

function asks(pod: KubeObject): boolean {
  const containers = valueAt(pod, ["spec", "containers"]);
  return Array.isArray(containers) && containers.some((container) => valueAt(container, ["resources", "limits", RESOURCE]) !== undefined);
}

function condition(object: KubeObject, type: string): JsonObject | undefined {
  const conditions = valueAt(object, ["status", "conditions"]);
  return Array.isArray(conditions) ? conditions.filter(isJsonObject).find((one) => one["type"] === type) : undefined;
}
