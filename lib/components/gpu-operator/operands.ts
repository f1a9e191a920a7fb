/** What the operator runs on nodes, as fields of its custom resources. */

import { Size } from "#lib/core/size";
import { repositoryAndTag } from "#lib/kube/images";
import { resources } from "#lib/kube/resources";
import type { gpuOperatorPin } from "./pin";
import type { GpusSettings } from "./schema";

/** What the specs of custom resources are made from. */
export interface OperandContext {
  /** Image of a part, already moved to a mirror where there is one. */
  readonly image: (part: keyof typeof gpuOperatorPin.images) => string;
  /** Names of Secrets with the keys of registries. */
  readonly pullSecrets: readonly string[];
}

/** An image as the custom resources take it. */
export function imageFields(image: string, pullSecrets: readonly string[] = []) {
  const { repository: whole, tag: version } = repositoryAndTag(image);
  const slash = whole.lastIndexOf("/");
  return {
    repository: whole.slice(0, slash),
    image: whole.slice(slash + 1),
    version,
    imagePullPolicy: "IfNotPresent",
    ...(pullSecrets.length > 0 && { imagePullSecrets: [...pullSecrets] }),
  };
}

/** Pods on nodes with GPUs run there whatever the taints: without them the node has no GPUs. */
export const TOLERATIONS = [{ operator: "Exists" }] as const;

/** `daemonsets` of the custom resources. */
export const DAEMONSETS = {
  priorityClassName: "system-node-critical",
  tolerations: [...TOLERATIONS],
  updateStrategy: "RollingUpdate",
  rollingUpdate: { maxUnavailable: "1" },
} as const;

/** The exporter of metrics. The environment's own monitor finds its pods. */
export function dcgmExporter({ image, pullSecrets }: OperandContext) {
  return {
    enabled: true,
    ...imageFields(image("dcgmExporter"), pullSecrets),
    env: [{ name: "DCGM_EXPORTER_LISTEN", value: `:${DCGM_PORT}` }],
    resources: resources({ cpu: 0.1, memory: Size.mebibytes(256) }, { memory: Size.gibibytes(1) }),
    serviceMonitor: { enabled: false },
  };
}

/** Port of the metrics of GPUs. Source: assets/state-dcgm-exporter/0800_daemonset.yaml. */
export const DCGM_PORT = 9400;

/** The driver: the same fields in both custom resources that hold it. */
export function driverFields(
  { version, kernelModules, precompiled, rdma, parallelUpgrades }: OperatorDriver,
  { image, pullSecrets }: OperandContext,
) {
  return {
    ...imageFields(image("driver"), pullSecrets),
    ...(version !== undefined && { version }),
    kernelModuleType: kernelModules,
    usePrecompiled: precompiled,
    rdma: { enabled: rdma, useHostMofed: false },
    manager: imageFields(image("driverManager")),
    // It builds kernel modules, which takes more memory than other pods of the namespace.
    resources: resources({ cpu: 0.5, memory: Size.gibibytes(1) }, { memory: Size.gibibytes(4) }),
    upgradePolicy: { autoUpgrade: true, maxParallelUpgrades: parallelUpgrades, maxUnavailable: "25%" },
  };
}

type OperatorDriver = Extract<GpusSettings["software"], { owner: "operator" }>["driver"];
