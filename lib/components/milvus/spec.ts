/** A cluster as its operator writes it back, with every default that the operator would add. Source: milvus-operator v1.3.8, apis/milvus.io/v1beta1/milvus_webhook.go. */

import type { JsonObject } from "#lib/core/json";
import type { SecretRef } from "#lib/core/secret-ref";
import type { Size } from "#lib/core/size";
import type { MilvusSpec } from "#lib/imports/milvus/index";
import type { CaMount } from "#lib/kube/ca-mount";
import { restrictedContainerSecurity } from "#lib/kube/hardening";
import { placement } from "#lib/kube/node-pool";
import { environmentVariables, secretVolume } from "#lib/kube/pod-parts";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import { clusterLabels } from "./labels";
import type { Queue } from "./queue";
import type { MilvusClusterSettings } from "./schema";
import type { Storage } from "./storage";

type Components = NonNullable<MilvusSpec["components"]>;

/** Inputs besides props. */
export interface SpecContext {
  readonly name: string;
  /** Images, already moved to a mirror where there is one. */
  readonly images: { readonly operator: string; readonly milvus: string };
  readonly priorityClassName: string | undefined;
  readonly pullSecrets: readonly string[];
  readonly serviceAccountName: string;
  readonly etcd: readonly string[];
  readonly storage: Storage;
  readonly queue: Queue;
  /** CAs of the bucket and of the queue. */
  readonly trusts: readonly CaMount[];
  /** Password of `root`. @default no authentication */
  readonly rootPassword: SecretRef | undefined;
}

/** The spec. */
export function milvusSpec(settings: MilvusClusterSettings, context: SpecContext): MilvusSpec {
  const { mode } = settings;
  const { storage, queue, etcd } = context;
  return {
    mode: mode.type,
    components: { ...podSettings(settings, context), ...componentsOf(mode) },
    dependencies: {
      etcd: { external: true, endpoints: [...etcd] },
      msgStreamType: queue.type,
      storage: storage.dependency,
    },
    config: configOf(context),
  };
}

function podSettings(settings: MilvusClusterSettings, context: SpecContext): Components {
  const { name, images, priorityClassName, pullSecrets, serviceAccountName, trusts } = context;
  const { nodeSelector, tolerations = [] } = placement(settings.pool);
  return {
    image: images.milvus,
    toolImage: images.operator,
    imageUpdateMode: "rollingUpgrade",
    rollingMode: 2,
    enableRollingUpdate: true,
    // A changed configuration takes effect in new pods only.
    updateConfigMapOnly: false,
    ...(settings.mode.type === "cluster" && { streamingMode: true }),
    // Its PodMonitor would be a second one beside ours.
    disableMetric: true,
    runAsNonRoot: true,
    securityContext: restrictedContainerSecurity(false),
    serviceAccountName,
    env: environmentVariables(variablesOf(context)),
    ...(trusts.length > 0 && {
      volumes: trusts.map(({ volume }) => secretVolume(volume)),
      volumeMounts: trusts.map(({ mount }) => ({ ...mount })),
    }),
    ...(priorityClassName && { priorityClassName }),
    ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })) }),
    ...(nodeSelector && { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length > 0 && { tolerations: tolerations.map((one) => ({ ...one })) }),
    ...(settings.mode.type === "cluster" && { topologySpreadConstraints: spread(clusterLabels(name)) }),
  };
}

function variablesOf({ storage, queue, rootPassword }: SpecContext): Record<string, string | SecretRef> {
  return { ...storage.env, ...queue.env, ...(rootPassword && { COMMON_SECURITY_DEFAULTROOTPASSWORD: rootPassword }) };
}

function componentsOf(mode: MilvusClusterSettings["mode"]): Components {
  if (mode.type === "standalone") return { standalone: { serviceType: "ClusterIP", ...componentOf({ replicas: 1, ...mode }) } };
  const { proxy, coordinator, queryNode, dataNode, streamingNode } = mode;
  return {
    proxy: { serviceType: "ClusterIP", ...componentOf(proxy) },
    mixCoord: componentOf(coordinator),
    queryNode: componentOf(queryNode),
    dataNode: componentOf(dataNode),
    streamingNode: componentOf(streamingNode),
    standalone: { replicas: 0, serviceType: "ClusterIP" },
  };
}

function componentOf({ replicas, cpu, memory }: { readonly replicas: number; readonly cpu: number; readonly memory: Size }) {
  return { replicas, resources: resources({ cpu, memory }) };
}

/** Coordinators that the operator makes stand by for each other, so that they can roll. */
const COORDINATORS = ["rootCoord", "dataCoord", "indexCoord", "queryCoord"] as const;

function configOf({ storage, queue, rootPassword }: SpecContext): JsonObject {
  const { common, rootCoord, ...further } = queue.configuration;
  const standBy = Object.fromEntries(COORDINATORS.map((name) => [name, { enableActiveStandby: true }]));
  return {
    ...standBy,
    rootCoord: { ...asObject(rootCoord), enableActiveStandby: true },
    common: {
      ...asObject(common),
      storageType: "remote",
      security: { authorizationEnabled: rootPassword !== undefined },
    },
    minio: storage.configuration,
    ...further,
  };
}

function asObject(value: JsonObject[string] | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
