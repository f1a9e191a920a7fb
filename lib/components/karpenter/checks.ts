/** Rules on Karpenter's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { ReservableNodes } from "#lib/kube/provisioning";
import type { KarpenterSettings } from "./schema";

/** Tags that Karpenter sets. Source: rules of the CRD EC2NodeClass v1, spec.tags. */
const OWN_TAGS = [
  /^eks:eks-cluster-name$/,
  /^kubernetes\.io\/cluster\//,
  /^karpenter\.sh\/node(pool|claim)$/,
  /^karpenter\.k8s\.aws\/ec2nodeclass$/,
];

/** Problems of the settings; `path` is their path in the file. */
export function karpenterProblems(props: KarpenterSettings, path: string): Problem[] {
  const tags = Object.keys(props.nodes.tags ?? {});
  return tags
    .filter((tag) => OWN_TAGS.some((pattern) => pattern.test(tag)))
    .map((tag) => ({
      id: "karpenter.own-tag",
      path: joinPath(`${path}.nodes.tags`, [tag]),
      got: `the tag ${tag}`,
      allowed: "tags that Karpenter does not set",
      fix: "rename it, or remove it: Karpenter sets this tag to its own value",
    }));
}

/** Settings of a pool that this installation of Karpenter handles badly. */
export function poolProblems(
  pool: Pick<ReservableNodes, "capacityTypes" | "limits" | "shares">,
  settings: KarpenterSettings,
  path: string,
): Problem[] {
  return [
    ...interruptionProblems(pool, settings, path),
    ...devicePluginProblems(pool, settings, path),
    ...sharesProblems(pool, settings, path),
  ];
}

function sharesProblems({ shares }: Pick<ReservableNodes, "shares">, { nodeOverlays }: KarpenterSettings, path: string): Problem[] {
  if (shares === undefined || nodeOverlays) return [];
  return [
    {
      id: "karpenter.sharing-without-node-overlays",
      path: `${path}.sharing`,
      got: "shared GPUs, while Karpenter counts whole ones",
      allowed: "sharing with karpenter.nodeOverlays",
      fix: "set karpenter.nodeOverlays to true: without this alpha feature no node would ever be created for a share of a GPU",
    },
  ];
}

function interruptionProblems(
  { capacityTypes }: Pick<ReservableNodes, "capacityTypes">,
  { interruptionQueue }: KarpenterSettings,
  path: string,
): Problem[] {
  if (!capacityTypes.includes("spot") || interruptionQueue !== undefined) return [];
  return [
    {
      id: "karpenter.spot-without-interruption-queue",
      severity: "warning",
      path: `${path}.capacityTypes`,
      got: "spot nodes without an interruption queue",
      allowed: "spot with karpenter.interruptionQueue, or other capacity types",
      fix: "set karpenter.interruptionQueue: without it AWS terminates nodes two minutes after its notice, without a drain",
    },
  ];
}

/**
 * A node exposes accelerators only if their device plugin runs on it. AL2023 contains the driver only, Bottlerocket also the NVIDIA device
 * plugin. Source: release notes of Bottlerocket 1.63.0, which added a setting to disable it.
 */
function devicePluginProblems(
  { limits, gpuDriver }: Pick<ReservableNodes, "limits" | "gpuDriver">,
  { nodes }: KarpenterSettings,
  path: string,
): Problem[] {
  const isBrought = nodes.image.startsWith("bottlerocket@") || gpuDriver !== undefined;
  // Only extended resources have a domain.
  const missing = Object.keys(limits).filter((resource) => resource.includes("/") && !(isBrought && resource.startsWith("nvidia.com/")));
  return missing.map((resource) => ({
    id: "karpenter.image-without-device-plugin",
    severity: "warning",
    path,
    got: `${resource} on nodes of ${nodes.image}, whose image has no device plugin for it`,
    allowed: "an image with the device plugin (bottlerocket for nvidia.com/gpu), or the plugin as a DaemonSet",
    fix: "use such an image, or run the device plugin on these nodes: without it, pods that request the resource stay Pending",
  }));
}
