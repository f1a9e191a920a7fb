/** Rules on pools whose nodes a provisioner creates. */

import type { Problem } from "#lib/core/problem";
import { exceeds } from "#lib/kube/quantity";
import { acceleratorsOf, machinesOf } from "./machines";
import { PROVIDERS } from "./providers";
import type { GkeComputeClassPoolSettings, KarpenterPoolSettings, ProvisionedSettings } from "./schema";

/** Problems of the settings; `path` is their path in the file. */
export function provisionedProblems(props: ProvisionedSettings, path: string): Problem[] {
  return [
    ...mixedAccelerators(props, path),
    ...mixedArchitectures(props, path),
    ...unknownResources(props, path),
    ...severalAccelerators(props, path),
    ...listedTypes(props, path),
    ...duplicateTypes(props, path),
    ...diskTypes(props, path),
    ...acceleratorLimit(props, path),
    ...limitBelowNode(props, path),
    ...rootVolumeSize(props, path),
    ...(props.type === "karpenter-aws"
      ? reservations(props.capacityTypes, props.capacityReservations, `${path}.capacityReservations`)
      : []),
    ...(props.type === "gke-compute-class" ? computeClassProblems(props, path) : disruptionProblems(props, path)),
  ];
}

function disruptionProblems(props: KarpenterPoolSettings, path: string): Problem[] {
  return [...halfBudgets(props, path), ...crookedWindows(props, path), ...expiryIgnoresBudgets(props, path)];
}

/** Source: CRD ComputeClass v1, autoscalingPolicy.consolidationDelayMinutes; GKE's skill "ComputeClasses: Debugging" on long lists. */
function computeClassProblems(props: GkeComputeClassPoolSettings, path: string): Problem[] {
  const { capacityTypes, instanceTypes, removeAfter } = props;
  const rules = instanceTypes.length * capacityTypes.reduce((sum, type) => sum + (type === "reserved" ? props.reservations.length : 1), 0);
  const isWhole = removeAfter.seconds % 60 === 0 && removeAfter.seconds <= 24 * 3_600;
  return [
    ...reservations(capacityTypes, props.reservations, `${path}.reservations`),
    ...(isWhole
      ? []
      : [
          {
            id: "node-pools.remove-after",
            path: `${path}.removeAfter`,
            got: `${removeAfter}`,
            allowed: "whole minutes, at most 24h",
            fix: "round it to minutes",
          },
        ]),
    ...(rules <= 10
      ? []
      : [
          {
            id: "node-pools.too-many-rules",
            path: `${path}.instanceTypes`,
            got: `${rules} rules: each machine type with each capacity type and reservation`,
            allowed: "at most 10 rules: GKE begins again before it comes to the end of a longer list",
            fix: "name fewer machine types or capacity types",
          },
        ]),
  ];
}

/** A pool has one taint and one resource: a node without the accelerator would have the taint and run no pods. */
function mixedAccelerators(props: ProvisionedSettings, path: string): Problem[] {
  const kinds = new Set(machinesOf(props).map(({ accelerator }) => accelerator?.name ?? "none"));
  if (kinds.size < 2) return [];
  return [
    {
      id: "node-pools.mixed-accelerators",
      path: `${path}.instanceTypes`,
      got: `instance types with ${[...kinds].sort().join(", ")}`,
      allowed: "instance types with the same accelerator, or all without",
      fix: "create one pool per accelerator",
    },
  ];
}

function namesOf(props: ProvisionedSettings): string[] {
  return machinesOf(props).map(({ name }) => name);
}

/** Pods run on any node of their pool, and most images are built for one architecture. */
function mixedArchitectures(props: ProvisionedSettings, path: string): Problem[] {
  const kinds = new Set(machinesOf(props).map(({ architecture }) => architecture));
  if (kinds.size < 2) return [];
  return [
    {
      id: "node-pools.mixed-architectures",
      path: `${path}.instanceTypes`,
      got: `instance types of ${[...kinds].sort().join(" and ")}`,
      allowed: "instance types of one architecture",
      fix: "create one pool per architecture",
    },
  ];
}

/** A provisioner creates a node for a pod only if it knows every resource that the pod asks for. */
function unknownResources(props: ProvisionedSettings, path: string): Problem[] {
  const { resources } = PROVIDERS[props.type];
  const unknown = acceleratorsOf(props).filter(({ resource }) => !resources.includes(resource));
  return unknown.map(({ name, resource }) => ({
    id: "node-pools.resource-unknown-to-provisioner",
    path: `${path}.instanceTypes`,
    got: `accelerator ${name} with the resource ${resource}`,
    allowed: resources.join(", "),
    fix: "use one of these resources, or a static pool: no node would ever be created for a pod that asks for another one",
  }));
}

/** Karpenter counts the entries of the machine type's list of accelerators, of which there is one for each model. Source: karpenter-provider-gcp v0.5.0, pkg/providers/instancetype/types.go, computeCapacity. */
function severalAccelerators(props: ProvisionedSettings, path: string): Problem[] {
  if (props.type !== "karpenter-gcp") return [];
  const several = machinesOf(props).filter(({ accelerators }) => accelerators > 1);
  return several.map(({ name, accelerators }) => ({
    id: "node-pools.provisioner-counts-one-accelerator",
    path: `${path}.instanceTypes`,
    got: `${name} with ${accelerators} accelerators`,
    allowed:
      "machine types with one accelerator: Karpenter 0.5.0 on Google Cloud counts one on every machine, so it creates a node for each pod, and none for a pod with two",
    fix: `remove it, or use a pool of type "gke-compute-class"`,
  }));
}

/** Source: the table by which the CSI driver of persistent disks labels nodes, karpenter-provider-gcp v0.5.0, pkg/providers/disktype. */
function diskTypes(props: ProvisionedSettings, path: string): Problem[] {
  if (!("diskType" in props)) return [];
  const types = PROVIDERS[props.type].types();
  const wrong = machinesOf(props).filter(({ name }) => types[name]?.disks?.includes(props.diskType) === false);
  return wrong.map(({ name }) => ({
    id: "node-pools.disk-type",
    path: `${path}.diskType`,
    got: `${props.diskType} on ${name}`,
    allowed: (types[name]?.disks ?? []).join(", "),
    fix: "set a disk type that every machine type of the pool has",
  }));
}

/** The generated facts are those that the provisioner counts on. */
function listedTypes(props: ProvisionedSettings, path: string): Problem[] {
  const own = [...props.instanceTypes].flatMap((type) => (typeof type === "string" ? [] : [type.name]));
  return own
    .filter((name) => name in PROVIDERS[props.type].types())
    .map((name) => ({
      id: "node-pools.instance-type-is-listed",
      path: `${path}.instanceTypes`,
      got: `a description of the instance type ${name}, which is listed`,
      allowed: "descriptions of instance types that the list lacks",
      fix: `write ${JSON.stringify(name)}`,
    }));
}

function acceleratorLimit(props: ProvisionedSettings, path: string): Problem[] {
  const [accelerator] = acceleratorsOf(props);
  const limited = props.limits.accelerators !== undefined;
  if ((accelerator !== undefined) === limited) return [];
  const at = `${path}.limits.accelerators`;
  return accelerator
    ? [
        {
          id: "node-pools.no-accelerator-limit",
          path: at,
          got: `no limit in a pool with ${accelerator.name}`,
          allowed: "a number of accelerators",
          fix: `set ${at}, the most accelerators of all nodes together`,
        },
      ]
    : [
        {
          id: "node-pools.accelerator-limit-without-accelerator",
          path: at,
          got: `${props.limits.accelerators} in a pool whose instance types have none`,
          allowed: "no limit",
          fix: `remove ${at}, or name instance types with accelerators`,
        },
      ];
}

/** A provisioner creates no node that exceeds the pool's limits: such a pool stays empty. */
function limitBelowNode(props: ProvisionedSettings, path: string): Problem[] {
  const { cpu, memory, accelerators } = props.limits;
  const fits = machinesOf(props).some(
    (shape) =>
      !exceeds(shape.cpu, cpu) &&
      !exceeds(shape.memory.bytes, memory.bytes) &&
      (accelerators === undefined || shape.accelerators <= accelerators),
  );
  if (fits) return [];
  return [
    {
      id: "node-pools.limits-below-one-node",
      path: `${path}.limits`,
      got: `limits below every instance type of the pool (${namesOf(props).join(", ")})`,
      allowed: "limits that allow at least one node",
      fix: `raise ${path}.limits or name smaller instance types`,
    },
  ];
}

/** Rule of Karpenter: a schedule requires a duration. */
function halfBudgets(props: KarpenterPoolSettings, path: string): Problem[] {
  return props.disruptionBudgets.flatMap(({ schedule, duration }, i) =>
    (schedule === undefined) === (duration === undefined)
      ? []
      : [
          {
            id: "node-pools.half-disruption-window",
            path: `${path}.disruptionBudgets[${i}]`,
            got: schedule === undefined ? "a duration without a schedule" : "a schedule without a duration",
            allowed: "both or neither",
            fix: "set both, or remove the other",
          },
        ],
  );
}

/** Rule of Karpenter: windows are whole minutes. */
function crookedWindows(props: KarpenterPoolSettings, path: string): Problem[] {
  return props.disruptionBudgets.flatMap(({ duration }, i) =>
    duration === undefined || duration.seconds % 60 === 0
      ? []
      : [
          {
            id: "node-pools.disruption-window-not-in-minutes",
            path: `${path}.disruptionBudgets[${i}].duration`,
            got: `${duration}`,
            allowed: "whole minutes",
            fix: "round it to minutes",
          },
        ],
  );
}

/** Clouds sell volumes in whole GiB. */
function rootVolumeSize({ type, rootVolume }: ProvisionedSettings, path: string): Problem[] {
  const gibibytes = rootVolume.bytes / 1024 ** 3;
  const { min, max } = PROVIDERS[type].volume;
  if (Number.isInteger(gibibytes) && gibibytes >= min && gibibytes <= max) return [];
  return [
    {
      id: "node-pools.root-volume",
      path: `${path}.rootVolume`,
      got: `${rootVolume}`,
      allowed: `whole GiB from ${min} to ${max}`,
      fix: `set ${path}.rootVolume to such a size`,
    },
  ];
}

function duplicateTypes(props: ProvisionedSettings, path: string): Problem[] {
  const names = namesOf(props);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  return [...new Set(twice)].map((name) => ({
    id: "node-pools.duplicate-instance-type",
    path: `${path}.instanceTypes`,
    got: `${name} twice`,
    allowed: "each instance type once",
    fix: "remove the second one",
  }));
}

/** Provisioners use the reservations that they are given, and no others. Sources: Karpenter documentation, NodeClasses; CRD ComputeClass v1, reservations. */
function reservations(capacityTypes: readonly string[], given: readonly unknown[], at: string): Problem[] {
  const isReserved = capacityTypes.includes("reserved");
  const key = at.slice(at.lastIndexOf(".") + 1);
  if (isReserved === given.length > 0) return [];
  return [
    {
      id: "node-pools.reserved-without-reservations",
      path: isReserved ? at.replace(key, "capacityTypes") : at,
      got: isReserved ? '"reserved" without capacity reservations' : "capacity reservations that the pool does not use",
      allowed: `${key} together with the capacity type "reserved"`,
      fix: isReserved ? `set ${key}, or remove the capacity type` : `add "reserved" to capacityTypes, or remove ${key}`,
    },
  ];
}

/** Source: Karpenter documentation, Disruption: expiration is forceful since v1, budgets do not delay it. */
function expiryIgnoresBudgets({ disruptionBudgets, expireAfter }: KarpenterPoolSettings, path: string): Problem[] {
  const blocking = disruptionBudgets.findIndex(({ nodes }) => nodes === 0 || nodes === "0%");
  if (blocking < 0 || expireAfter === "never") return [];
  return [
    {
      id: "node-pools.expiry-ignores-budgets",
      severity: "warning",
      path: `${path}.disruptionBudgets[${blocking}]`,
      got: `a budget of no nodes, and nodes that expire after ${expireAfter} all the same`,
      allowed: 'such a budget with expireAfter: "never"; Karpenter replaces expired nodes whatever budgets say',
      fix: `set ${path}.expireAfter to "never", or expect nodes to be replaced within the window`,
    },
  ];
}
