/** Rules on a pool's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { exceeds } from "#lib/kube/quantity";
import { acceleratorsOf, instanceType, isSameTaint, machinesOf, migProfiles } from "./pool-facts";
import type { KarpenterAwsPoolSettings, NodePoolSettings, StaticPoolSettings } from "./schema";

/** Problems of the settings; `path` is their path in the file. */
export function nodePoolProblems(props: NodePoolSettings, path: string): Problem[] {
  const taints = duplicateTaints(props, path);
  if (props.type !== "karpenter-aws")
    return [...taints, ...sharingProblems(props, path), ...(props.type === "plain" ? [formerName(path)] : [])];
  return [
    ...taints,
    ...mixedAccelerators(props, path),
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

/** Only NVIDIA's device plugin shares, and a GPU takes the profiles of its model only. */
function sharingProblems({ node: { accelerators } }: StaticPoolSettings, path: string): Problem[] {
  const { type, sharing } = accelerators ?? {};
  if (!type || !sharing) return [];
  const at = `${path}.node.accelerators.sharing`;
  if (!type.startsWith("nvidia-")) {
    return [
      {
        id: "node-pools.sharing-without-gpu",
        path: at,
        got: `sharing of ${type}`,
        allowed: "sharing of NVIDIA GPUs",
        fix: `remove ${at}: each accelerator of this vendor belongs to one pod`,
      },
    ];
  }
  const profiles = Object.keys(migProfiles(type));
  if (sharing.type !== "mig" || profiles.includes(sharing.profile)) return [];
  return [
    {
      id: "node-pools.mig-profile",
      path: `${at}.profile`,
      got: `the profile ${sharing.profile} on ${type}`,
      allowed: profiles.join(", ") || "no profile: this model has no MIG",
      fix: profiles.length > 0 ? "take a profile of the model" : "share it by time-slicing or mps, or take a model with MIG",
    },
  ];
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
  const kinds = new Set(props.instanceTypes.map((name) => instanceType(name).accelerator ?? "none"));
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
          got: `no limit in a pool with ${accelerator}`,
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
      got: `limits below every instance type of the pool (${props.instanceTypes.join(", ")})`,
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
  const twice = props.instanceTypes.filter((name, i) => props.instanceTypes.indexOf(name) !== i);
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
