/** The GPU operator: software of nodes with NVIDIA GPUs. */

import { ApiObject, JsonPatch } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { definitions } from "#lib/imports/gpu-operator/index";
import { existingProblems } from "#lib/kube/existing";
import type { GpuPool, GpuService, GpuSharing, IGpuPlatform } from "#lib/kube/gpu-platform";
import { imageFor } from "#lib/kube/images";
import { installOperator } from "#lib/kube/installed-operator";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { type FlowProps, OUTSIDE, pods } from "#lib/kube/network";
import { type Operator, operatorMode } from "#lib/kube/operator";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { prefixed } from "#lib/kube/prefix";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import { addRequirements } from "#lib/kube/requirement";
import { gpuAlerts } from "./alerts";
import { gpusProblems, poolProblems } from "./checks";
import { CLUSTER_POLICY, clusterPolicySpec } from "./cluster-policy";
import { gpuDashboard } from "./dashboard";
import { deviceClassSpec, GPU_CLUSTER, gpuClusterSpec, nvidiaDriverSpec } from "./gpu-cluster";
import { DCGM_PORT, type OperandContext } from "./operands";
import { gpuOperatorPin } from "./pin";
import { NAMESPACE } from "./readiness";
import { type GpusProps, type GpusSettings, gpusSchema } from "./schema";
import { DEVICE_PLUGIN_CONFIG, devicePluginFile, sharingLabels } from "./sharing";
import { softwareOf } from "./software";
import { gpuOperatorValues } from "./values";

/** Port of the operator's metrics. */
const METRICS_PORT = 8080;

/** The GPU operator, and the custom resources that say what it runs on nodes. */
export class GpuOperator extends Construct implements IGpuPlatform, IMonitored {
  /** Namespace of the operator and of everything that it runs on nodes. */
  public readonly namespace: string;
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;
  private readonly settings: GpusSettings;
  private readonly configuration: ApiObject | undefined;

  public constructor(scope: Construct, id: string, props: GpusProps = {}) {
    super(scope, id);
    setOwner(this, gpuOperatorPin.name);
    const settings = settingsOf(this, gpusSchema, props, {
      checks: (each, path) => [
        ...existingProblems(gpusSchema, each, { pin: gpuOperatorPin, path, keeps: ["software", "sharedMemory"] }),
        ...gpusProblems(each, path),
      ],
    });
    this.settings = settings;
    const { allocation, software, existing } = settings;
    const context: OperandContext = { image: (part) => imageFor(this, gpuOperatorPin.images[part]), pullSecrets: pullSecretsOf(this) };
    const made = installOperator(this, {
      pin: gpuOperatorPin,
      // The chart runs one pod.
      settings: { existing, replicas: 1 },
      definitions,
      values: () => gpuOperatorValues(settings, context),
      namespace: NAMESPACE,
      // Most of what runs on nodes reads its node or writes labels.
      labels: {},
      metrics: { port: METRICS_PORT, labels: { app: "gpu-operator" } },
      flows: ({ namespace }) => driverFlows(software, namespace),
      monitoring: { alerts: [gpuAlerts(allocation === "device-plugin")], dashboards: [gpuDashboard()] },
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    const exporter = { name: "dcgm-exporter", pods: pods(made.namespace, { app: "nvidia-dcgm-exporter" }), port: DCGM_PORT };
    const { targets = [] } = made.monitoring;
    this.monitoring = { ...made.monitoring, targets: made.isForeign ? [] : [...targets, exporter] };
    if (made.isForeign) return;
    if (software.owner === "image" && software.image === "gke") this.addCriticalPods();
    this.configuration = settings.allocation === "device-plugin" ? this.addPolicy(context) : undefined;
    if (settings.allocation !== "device-plugin") this.addGpuCluster(context);
  }

  public serve(pool: GpuPool): GpuService {
    const { sharedMemory, allocation, extendedResource } = this.settings;
    addProblems(this, poolProblems(pool, this.settings, ownerOf(this).source));
    if (pool.sharing) this.addFile(pool.sharing);
    const { driver, runtimeClass, nodeLabels } = softwareOf(this.settings);
    return {
      driver,
      sharedMemory,
      nodeLabels: { ...nodeLabels, ...sharingLabels(pool.sharing) },
      ...(allocation === "device-plugin" && { runtimeClassName: runtimeClass }),
      by: allocation === "device-plugin" || extendedResource ? "resource" : "claim",
    };
  }

  /** The ClusterPolicy and the files of its device plugin, which are returned. */
  private addPolicy(context: OperandContext): ApiObject {
    const { settings, namespace } = this;
    const configuration = new k8s.KubeConfigMap(this, "DevicePluginConfig", {
      metadata: { name: DEVICE_PLUGIN_CONFIG, namespace },
      data: devicePluginFile(undefined),
    });
    const policy = new ApiObject(this, "ClusterPolicy", {
      apiVersion: "nvidia.com/v1",
      kind: "ClusterPolicy",
      metadata: { name: CLUSTER_POLICY },
      spec: clusterPolicySpec(settings, context),
    });
    policy.addDependency(configuration);
    if (operatorMode(this) === "simulated") this.addRuntimeClass();
    return configuration;
  }

  /** What the operator creates; without it the API server refuses pods that name it. */
  private addRuntimeClass(): void {
    const { runtimeClass: name } = softwareOf(this.settings);
    new k8s.KubeRuntimeClass(this, "RuntimeClass", { metadata: { name, labels: { [SIMULATED_LABEL]: "true" } }, handler: name });
  }

  private addGpuCluster(context: OperandContext): void {
    const kinds = { apiVersion: "nvidia.com/v1alpha1" } as const;
    const spec = gpuClusterSpec(this.settings, context);
    const cluster = new ApiObject(this, "GpuCluster", { ...kinds, kind: "GPUCluster", metadata: { name: GPU_CLUSTER }, spec });
    const driver = nvidiaDriverSpec(this.settings, context);
    if (driver)
      new ApiObject(this, "Driver", { ...kinds, kind: "NVIDIADriver", metadata: { name: "default" }, spec: driver }).addDependency(cluster);
    if (this.settings.extendedResource) this.addDeviceClass();
  }

  /** The driver's own class has no name that pods could ask for as a resource. */
  private addDeviceClass(): void {
    new ApiObject(this, "DeviceClass", {
      apiVersion: "resource.k8s.io/v1",
      kind: "DeviceClass",
      metadata: { name: prefixed(this, "beamstack-gpu") },
      spec: deviceClassSpec(),
    });
    addRequirements(this, [
      {
        type: "feature-gate",
        name: "DRAExtendedResource",
        purpose: "the scheduler claims GPUs for pods that ask for nvidia.com/gpu; on by default from Kubernetes 1.36 on",
      },
    ]);
  }

  private addFile(sharing: GpuSharing): void {
    for (const [name, text] of Object.entries(devicePluginFile(sharing)))
      this.configuration?.addJsonPatch(JsonPatch.add(`/data/${name}`, text));
  }

  /** GKE admits pods of the critical priority classes outside of kube-system only where a quota names these. Source: GKE documentation, "GPU operator". */
  private addCriticalPods(): void {
    new k8s.KubeResourceQuota(this, "CriticalPods", {
      metadata: { name: "critical-pods", namespace: this.namespace },
      spec: {
        hard: { pods: k8s.Quantity.fromNumber(CRITICAL_PODS) },
        scopeSelector: {
          matchExpressions: [{ operator: "In", scopeName: "PriorityClass", values: ["system-node-critical", "system-cluster-critical"] }],
        },
      },
    });
  }
}

/** More than any cluster runs: the quota of the namespace is the limit. */
const CRITICAL_PODS = 100_000;

/** Packages for the build of kernel modules come from anywhere. */
function driverFlows(software: GpusSettings["software"], namespace: string): FlowProps[] {
  if (software.owner !== "operator" || software.driver.precompiled) return [];
  const from = pods(namespace, { "app.kubernetes.io/component": "nvidia-driver" });
  return [{ name: "gpu-driver-packages", from, to: OUTSIDE, ports: [{ port: 80 }, { port: 443 }] }];
}
