/** Rules on a pool's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { awsInstanceTypes } from "#lib/imports/instance-types/index";
import type { AcceleratorModel } from "#lib/kube/node-pool";
import { exceeds } from "#lib/kube/quantity";
import { ACCELERATORS } from "./accelerators";
import { acceleratorsOf, machinesOf } from "./machines";
import { isSameTaint } from "./pool-facts";
import { isProvisioned, type KarpenterAwsPoolSettings, type NodePoolSettings } from "./schema";

/** Problems of the settings; `path` is their path in the file. */
export function nodePoolProblems(props: NodePoolSettings, path: string): Problem[] {
  const taints = [...duplicateTaints(props, path), ...listedAccelerators(props, path)];
  if (!isProvisioned(props)) return [...taints, ...(props.type === "plain" ? [formerName(path)] : [])];
  return [
    ...taints,
    ...mixedAccelerators(props, path),
    ...mixedArchitectures(props, path),
    ...unknownResources(props, path),
    ...listedTypes(props, path),
    ...acceleratorLimit(props, path),
    ...limitBelowNode(props, path),
    ...halfBudgets(props, path),
    ...crookedWindows(props, path),
    ...rootVolumeSize(props, path),
    ...duplicateTypes(props, path),
    ...reservations(props, path),
    ...expiryIgnoresBudgets(props, path),
  ];
}

function duplicateTaints({ taints }: NodePoolSettings, path: string): Problem[] {
  return taints.flatMap((taint, i) =>
    taints.findIndex((other) => isSameTaint(other, taint)) === i
      ? []
      : [
          {
            id: "node-pools.duplicate-taint",
            path: `${path}.taints[${i}]`,
            got: `a second taint ${taint.key} with effect ${taint.effect}`,
            allowed: "one taint of a key and effect",
            fix: "remove one of the two, or use another key",
          },
        ],
  );
}

function formerName(path: string): Problem {
  return {
    id: "node-pools.former-type",
    severity: "warning",
    path: `${path}.type`,
    got: '"plain", the former name of "static"',
    allowed: '"static" or "karpenter-aws"',
    fix: 'write "static": the next release no longer accepts "plain"',
  };
}

/** A pool has one taint and one resource: a node without the accelerator would have the taint and run no pods. */
function mixedAccelerators(props: KarpenterAwsPoolSettings, path: string): Problem[] {
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

function namesOf(props: KarpenterAwsPoolSettings): string[] {
  return machinesOf(props).map(({ name }) => name);
}

/** Pods run on any node of their pool, and most images are built for one architecture. */
function mixedArchitectures(props: KarpenterAwsPoolSettings, path: string): Problem[] {
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

/** Karpenter creates a node for a pod only if it knows every resource that the pod asks for. Source: karpenter-provider-aws v1.14.1, pkg/providers/instancetype/types.go, computeCapacity. */
function unknownResources(props: KarpenterAwsPoolSettings, path: string): Problem[] {
  const unknown = acceleratorsOf(props).filter(({ resource }) => !KNOWN_RESOURCES.includes(resource));
  return unknown.map(({ name, resource }) => ({
    id: "node-pools.resource-unknown-to-provisioner",
    path: `${path}.instanceTypes`,
    got: `accelerator ${name} with the resource ${resource}`,
    allowed: KNOWN_RESOURCES.join(", "),
    fix: "use one of these resources, or a static pool: no node would ever be created for a pod that asks for another one",
  }));
}

const KNOWN_RESOURCES = ["nvidia.com/gpu", "amd.com/gpu", "aws.amazon.com/neuron", "habana.ai/gaudi"];

/** A model of the same name with other facts would be counted as the listed one by some, and as the user's by others. */
function listedAccelerators(props: NodePoolSettings, path: string): Problem[] {
  return ownModels(props)
    .filter(({ name }) => name in ACCELERATORS)
    .map(({ name }) => ({
      id: "node-pools.accelerator-is-listed",
      path,
      got: `a description of the accelerator ${name}, which is listed`,
      allowed: "descriptions of accelerators that the list lacks",
      fix: `write type: ${JSON.stringify(name)}, or give the model another name`,
    }));
}

function ownModels(props: NodePoolSettings): AcceleratorModel[] {
  const described = isProvisioned(props)
    ? props.instanceTypes.flatMap((type) => (typeof type === "string" ? [] : (type.accelerators ?? [])))
    : [props.node.accelerators ?? []].flat();
  return described.flatMap(({ type }) => (typeof type === "string" ? [] : [type]));
}

/** The generated facts are those that the provisioner counts on. */
function listedTypes(props: KarpenterAwsPoolSettings, path: string): Problem[] {
  const own = props.instanceTypes.flatMap((type) => (typeof type === "string" ? [] : [type.name]));
  return own
    .filter((name) => name in awsInstanceTypes())
    .map((name) => ({
      id: "node-pools.instance-type-is-listed",
      path: `${path}.instanceTypes`,
      got: `a description of the instance type ${name}, which is listed`,
      allowed: "descriptions of instance types that the list lacks",
      fix: `write ${JSON.stringify(name)}`,
    }));
}

function acceleratorLimit(props: KarpenterAwsPoolSettings, path: string): Problem[] {
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

/** Karpenter creates no node that exceeds the pool's limits: such a pool stays empty. */
function limitBelowNode(props: KarpenterAwsPoolSettings, path: string): Problem[] {
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
function halfBudgets(props: KarpenterAwsPoolSettings, path: string): Problem[] {
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
function crookedWindows(props: KarpenterAwsPoolSettings, path: string): Problem[] {
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

/** EBS sizes are whole GiB; the machine image takes up to 20 of them. Source of the bounds: CRD EC2NodeClass v1, ebs.volumeSize. */
function rootVolumeSize({ rootVolume }: KarpenterAwsPoolSettings, path: string): Problem[] {
  const gibibytes = rootVolume.bytes / 1024 ** 3;
  if (Number.isInteger(gibibytes) && gibibytes >= 20 && gibibytes <= 59_000) return [];
  return [
    {
      id: "node-pools.root-volume",
      path: `${path}.rootVolume`,
      got: `${rootVolume}`,
      allowed: "whole GiB from 20 to 59000",
      fix: `set ${path}.rootVolume to such a size`,
    },
  ];
}

function duplicateTypes(props: KarpenterAwsPoolSettings, path: string): Problem[] {
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

/** Karpenter finds capacity reservations by the terms of the node class only. Source: Karpenter documentation, NodeClasses, spec.capacityReservationSelectorTerms. */
function reservations({ capacityTypes, capacityReservations }: KarpenterAwsPoolSettings, path: string): Problem[] {
  const isReserved = capacityTypes.includes("reserved");
  if (isReserved === capacityReservations.length > 0) return [];
  return [
    {
      id: "node-pools.reserved-without-reservations",
      path: `${path}.${isReserved ? "capacityTypes" : "capacityReservations"}`,
      got: isReserved ? '"reserved" without capacity reservations' : "capacity reservations that the pool does not use",
      allowed: 'capacityReservations together with the capacity type "reserved"',
      fix: isReserved
        ? "set capacityReservations, or remove the capacity type"
        : 'add "reserved" to capacityTypes, or remove capacityReservations',
    },
  ];
}

/** Source: Karpenter documentation, Disruption: expiration is forceful since v1, budgets do not delay it. */
function expiryIgnoresBudgets({ disruptionBudgets, expireAfter }: KarpenterAwsPoolSettings, path: string): Problem[] {
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
