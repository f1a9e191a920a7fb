/** Rules on a pool's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import type { AcceleratorModel } from "#lib/kube/node-pool";
import { ACCELERATORS, migProfiles } from "./accelerators";
import { acceleratorsOf } from "./machines";
import { isSameTaint, sharingKey, sharingOf } from "./pool-facts";
import { provisionedProblems } from "./provisioned-checks";
import { type ClusterApiPoolSettings, isProvisioned, type NodePoolSettings } from "./schema";

/** Problems of the settings; `path` is their path in the file. */
export function nodePoolProblems(props: NodePoolSettings, path: string): Problem[] {
  const own = [...duplicateTaints(props, path), ...listedAccelerators(props, path), ...sharingProblems(props, path)];
  if (isProvisioned(props)) return [...own, ...provisionedProblems(props, path)];
  if (props.type === "cluster-api") return [...own, ...clusterApiProblems(props, path)];
  return [...own, ...(props.type === "plain" ? [formerName(path)] : [])];
}

function clusterApiProblems({ kind, nodes, zones }: ClusterApiPoolSettings, path: string): Problem[] {
  const crossed = typeof nodes !== "number" && nodes.min > nodes.max;
  return [
    ...(crossed
      ? [
          {
            id: "node-pools.crossed-bounds",
            path: `${path}.nodes.min`,
            got: `${nodes.min}, more than the ${nodes.max} of max`,
            allowed: "at most max",
            fix: "lower min, or raise max",
          },
        ]
      : []),
    // Source: CRD MachineDeployment v1beta2, spec.template.spec.failureDomain.
    ...(kind === "machine-deployment" && zones.length > 1
      ? [
          {
            id: "node-pools.one-failure-domain",
            path: `${path}.zones`,
            got: `${zones.length} failure domains of a MachineDeployment`,
            allowed: "one, or none: the infrastructure then chooses",
            fix: 'create one pool per failure domain, or set kind to "machine-pool"',
          },
        ]
      : []),
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
function sharingProblems(props: NodePoolSettings, path: string): Problem[] {
  const sharing = sharingOf(props);
  const at = `${path}.${sharingKey(props)}`;
  if (!sharing) return [];
  const models = acceleratorsOf(props);
  if (!models.some(({ resource }) => resource === "nvidia.com/gpu")) {
    return [
      {
        id: "node-pools.sharing-without-gpu",
        path: at,
        got: `sharing of ${models.map(({ name }) => name).join(", ") || "no accelerator"}`,
        allowed: "sharing of NVIDIA GPUs",
        fix: `remove ${at}: each accelerator of another vendor belongs to one pod`,
      },
    ];
  }
  return sharing.type === "mig" ? models.flatMap(({ name }) => profileProblems(name, sharing.profile, `${at}.profile`)) : [];
}

function profileProblems(model: string, profile: string, path: string): Problem[] {
  const profiles = Object.keys(migProfiles(model));
  if (profiles.includes(profile)) return [];
  return [
    {
      id: "node-pools.mig-profile",
      path,
      got: `the profile ${profile} on ${model}`,
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
    allowed: '"static"',
    fix: 'write "static": the next release no longer accepts "plain"',
  };
}

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
  const types = isProvisioned(props) ? [...props.instanceTypes] : [];
  const described = isProvisioned(props)
    ? types.flatMap((type) => (typeof type === "string" ? [] : (type.accelerators ?? [])))
    : [props.node.accelerators ?? []].flat();
  return described.flatMap(({ type }) => (typeof type === "string" ? [] : [type]));
}
