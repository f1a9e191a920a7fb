/** Shared GPUs: the device plugin's configuration files, and the labels by which nodes choose them. */

import { stringify } from "yaml";
import type { JsonObject } from "#lib/core/json";
import type { GpuSharing } from "#lib/kube/gpu-platform";

/** ConfigMap with the configuration files of the device plugin. */
export const DEVICE_PLUGIN_CONFIG = "device-plugin-config";

/** Configuration of nodes without a label: GPUs are not shared. */
export const UNSHARED = "unshared";

/** Sharing by the device plugin; the MIG manager divides GPUs without a file of ours. */
type PluginSharing = Exclude<GpuSharing, { type: "mig" }>;

/** Labels of nodes. Sources: k8s-device-plugin v0.20.0, config-manager; GPU operator v26.7.0, assets/state-mig-manager. */
export function sharingLabels(sharing: GpuSharing | undefined): Record<string, string> {
  if (sharing === undefined) return {};
  if (sharing.type === "mig") return { "nvidia.com/mig.config": `all-${sharing.profile}` };
  return { "nvidia.com/device-plugin.config": nameOf(sharing) };
}

/** Configuration files by name: the one of unshared GPUs, or the one of a way of sharing; none for MIG. */
export function devicePluginFile(sharing: GpuSharing | undefined): Record<string, string> {
  if (sharing === undefined) return { [UNSHARED]: file({}) };
  return sharing.type === "mig" ? {} : { [nameOf(sharing)]: file({ sharing: rules(sharing) }) };
}

function nameOf({ type, replicas }: PluginSharing): string {
  return `${type}-${replicas}`;
}

/**
 * Shares have a resource name of their own, so that a pod that asks for a whole GPU never gets a share. A pod that asks for two shares would get
 * no more of the GPU than one that asks for one. Source: k8s-device-plugin v0.20.0, README.
 */
function rules({ type, replicas }: PluginSharing): JsonObject {
  const resources = [{ name: "nvidia.com/gpu", replicas }];
  if (type === "mps") return { mps: { renameByDefault: true, resources } };
  return { timeSlicing: { renameByDefault: true, failRequestsGreaterThanOne: true, resources } };
}

function file(content: JsonObject): string {
  return stringify({ version: "v1", ...content }, { sortMapEntries: true });
}
