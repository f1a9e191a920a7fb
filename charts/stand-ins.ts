/** What a rehearsal adds: objects in place of those that the environment requires and its real cluster has. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { JsonValue } from "#lib/core/json";
import type { AnySection } from "#lib/environment/section";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { setPlace } from "#lib/kube/ownership";
import type { Requirement, RequirementType } from "#lib/kube/requirement";
import { simulatedKinds } from "#lib/kube/simulation";

/** An object without metadata. */
interface Body {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: JsonValue | undefined;
}

/** Objects without which the real scheduler or API server refuses a pod. Containers, which would read Secrets, do not run. */
const MADE: Readonly<Partial<Record<RequirementType, () => Body>>> = {
  // The provisioner of the embedded control plane.
  "storage-class": () => ({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", provisioner: "kubernetes.io/host-path" }),
  "volume-claim": () => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  }),
  "priority-class": () => ({ apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", value: 0 }),
  "runtime-class": () => ({ apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", handler: "runc" }),
  "ingress-class": () => ({ apiVersion: "networking.k8s.io/v1", kind: "IngressClass", spec: { controller: "beamstack-iac/simulated" } }),
};

/** Adds a stand-in for each requirement that has one. @returns whether there was any */
export function addStandIns(scope: Construct, requires: readonly Requirement[], sections: readonly AnySection[]): boolean {
  const found = requires.map((requirement) => ({ requirement, objects: [...objectFor(requirement), ...kindFor(requirement, sections)] }));
  for (const { requirement, objects } of found.filter(({ objects }) => objects.length > 0)) {
    const { type, namespace = "", name, sources } = requirement;
    const part = new Construct(scope, `StandIn-${type}-${namespace}-${name}`.replaceAll("/", "-"));
    setPlace(part, { source: sources[0] });
    for (const object of objects) new ApiObject(part, `${groupKind(object)}-${object.metadata.name}`.replaceAll("/", "-"), object);
  }
  return found.some(({ objects }) => objects.length > 0);
}

/** The embedded control plane has a default storage class. */
function objectFor({ type, name, namespace }: Requirement): KubeObject[] {
  const body = name === "" ? undefined : MADE[type]?.();
  if (!body) return [];
  const metadata = { name, ...(namespace !== undefined && { namespace }), labels: { [SIMULATED_LABEL]: "true" } };
  return [{ ...body, metadata }];
}

/** CRD and simulated states of a kind whose operator the real cluster has. */
function kindFor({ type, name }: Requirement, sections: readonly AnySection[]): KubeObject[] {
  if (type !== "kind") return [];
  const [apiVersion = "", wanted = ""] = name.split(" ");
  const kind = groupKind({ apiVersion, kind: wanted });
  const owner = sections.find(({ pin, crds }) => crds && pin.kinds.some((owned) => owned.kind === kind));
  if (!owner?.crds) return [];
  return simulatedKinds({ ...owner.pin, kinds: owner.pin.kinds.filter((owned) => owned.kind === kind) }, owner.crds());
}
