/** The ClusterPolicy: driver, container toolkit, device plugin and metrics of every node with GPUs. */

import type { ClusterPolicySpec } from "#lib/imports/gpu-operator/index";
import type { Software } from "./node-images";
import { DAEMONSETS, dcgmExporter, driverFields, imageFields, type OperandContext } from "./operands";
import type { GpusSettings } from "./schema";
import { DEVICE_PLUGIN_CONFIG, UNSHARED } from "./sharing";
import { softwareOf } from "./software";

/** The operator takes the first ClusterPolicy of the cluster and ignores others; the chart's own has this name. */
export const CLUSTER_POLICY = "cluster-policy";

/** `spec` of the ClusterPolicy. */
export function clusterPolicySpec(settings: GpusSettings, context: OperandContext): ClusterPolicySpec {
  const software = softwareOf(settings);
  const { image, pullSecrets } = context;
  const fields = (part: Parameters<typeof image>[0]) => imageFields(image(part), pullSecrets);
  return {
    operator: { runtimeClass: software.runtimeClass },
    daemonsets: DAEMONSETS,
    ...(software.driverFolder !== undefined && { hostPaths: { rootFS: "/", driverInstallDir: software.driverFolder } }),
    driver: driver(settings, context),
    toolkit: toolkit(software, context),
    devicePlugin: devicePlugin(software, context),
    // MIG slices are resources of their own names; a GPU without MIG stays nvidia.com/gpu.
    mig: { strategy: "mixed" },
    migManager: { ...migManager(settings, software), ...fields("migManager") },
    gfd: { enabled: true, ...fields("devicePlugin") },
    dcgm: { enabled: false },
    dcgmExporter: dcgmExporter(context),
    validator: fields("operator"),
    nodeStatusExporter: { enabled: false },
    cdi: { enabled: true, nriPluginEnabled: false },
    sandboxWorkloads: { enabled: false, defaultWorkload: "container", mode: "kubevirt" },
  };
}

function driver({ software }: GpusSettings, context: OperandContext): ClusterPolicySpec["driver"] {
  if (software.owner !== "operator") return { enabled: false };
  return { enabled: true, useNvidiaDriverCRD: false, ...driverFields(software.driver, context) };
}

function toolkit({ toolkit: enabled, toolkitFolder, toolkitEnv }: Software, { image, pullSecrets }: OperandContext) {
  if (!enabled) return { enabled };
  return {
    enabled,
    ...imageFields(image("toolkit"), pullSecrets),
    ...(toolkitFolder !== undefined && { installDir: toolkitFolder }),
    ...(toolkitEnv && { env: Object.entries(toolkitEnv).map(([name, value]) => ({ name, value })) }),
  };
}

/** Clouds do not let a guest reset its GPU, which MIG mode needs: the node restarts. Source: NVIDIA GPU operator documentation, "GPU Operator with MIG". */
function migManager({ software: { owner } }: GpusSettings, { devicePlugin: enabled }: Software) {
  return {
    enabled,
    config: { default: "all-disabled" as const },
    ...(enabled && owner === "image" && { env: [{ name: "WITH_REBOOT", value: "true" }] }),
  };
}

function devicePlugin({ devicePlugin: enabled }: Software, { image, pullSecrets }: OperandContext) {
  if (!enabled) return { enabled };
  return {
    enabled,
    ...imageFields(image("devicePlugin"), pullSecrets),
    config: { name: DEVICE_PLUGIN_CONFIG, default: UNSHARED },
  };
}
