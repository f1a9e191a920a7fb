/** Rules on a pool's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { exceeds } from "#lib/kube/quantity";
import { acceleratorsOf, instanceType, machinesOf } from "./pool-facts";
import type { KarpenterAwsPoolSettings, NodePoolSettings } from "./schema";

/** Problems of the settings; `path` is their path in the file. */
export function nodePoolProblems(props: NodePoolSettings, path: string): Problem[] {
  if (props.type !== "karpenter-aws") return props.type === "plain" ? [formerName(path)] : [];
  return [
    ...mixedAccelerators(props, path),
    ...acceleratorLimit(props, path),
    ...limitBelowNode(props, path),
    ...halfBudgets(props, path),
    ...crookedWindows(props, path),
    ...rootVolumeSize(props, path),
    ...duplicateTypes(props, path),
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
