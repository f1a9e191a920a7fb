/** A cluster as its operator reads it. */

import type { JsonObject } from "#lib/core/json";
import type { ClusterSpec } from "#lib/imports/cloudnative-pg/index";
import { placement } from "#lib/kube/node-pool";
import { resources } from "#lib/kube/resources";
import { spread } from "#lib/kube/spread";
import { backupFields, bootstrap } from "./backup";
import { clusterLabels } from "./labels";
import type { PostgresClusterSettings } from "./schema";

/** Inputs besides props. */
export interface SpecContext {
  readonly name: string;
  readonly image: string;
  readonly priorityClassName: string | undefined;
  readonly pullSecrets: readonly string[];
  /** Annotations of the pods' ServiceAccount. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Azure's webhook gives identities to pods with this label only. */
const AZURE_IDENTITY = { annotation: "azure.workload.identity/client-id", label: "azure.workload.identity/use" } as const;

/** The spec of the object. */
export function clusterSpec(settings: PostgresClusterSettings, context: SpecContext): ClusterSpec & JsonObject {
  const { instances, synchronousStandbys, parameters, storage, walStorage, cpu, memory } = settings;
  const { name, image, priorityClassName, pullSecrets, annotations } = context;
  return {
    imageName: image,
    ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })) }),
    instances,
    bootstrap: bootstrap(settings),
    ...backupFields(name, settings),
    postgresql: {
      parameters: { ...parameters },
      // Clients without TLS would send what they read and write in clear text.
      pg_hba: ["hostnossl all all all reject"],
      ...(synchronousStandbys !== undefined && { synchronous: { method: "any", number: synchronousStandbys, dataDurability: "required" } }),
    },
    storage: volume(storage, settings),
    ...(walStorage && { walStorage: volume(walStorage, settings) }),
    resources: { ...resources({ cpu, memory }) },
    ...priority(priorityClassName),
    affinity: affinityOf(settings),
    topologySpreadConstraints: spread(clusterLabels(name), { over: "zone" }) as ClusterSpec["topologySpreadConstraints"],
    // The budget of a single instance would only block the drain of its node.
    enablePDB: instances > 1,
    enableSuperuserAccess: false,
    monitoring: { tls: { enabled: true } },
    ...(Object.keys(annotations).length > 0 && { serviceAccountTemplate: { metadata: { annotations: { ...annotations } } } }),
    ...(AZURE_IDENTITY.annotation in annotations && { inheritedMetadata: { labels: { [AZURE_IDENTITY.label]: "true" } } }),
  };
}

function priority(priorityClassName: string | undefined): Partial<ClusterSpec> {
  return priorityClassName === undefined ? {} : { priorityClassName };
}

function volume(size: PostgresClusterSettings["storage"], { storageClass }: PostgresClusterSettings): ClusterSpec["storage"] & JsonObject {
  return { size: `${size}`, resizeInUseVolumes: true, ...(storageClass !== undefined && { storageClass }) };
}

/** Instances prefer different nodes. */
function affinityOf({ pool }: PostgresClusterSettings): ClusterSpec["affinity"] {
  const { nodeSelector, tolerations = [] } = placement(pool);
  return {
    enablePodAntiAffinity: true,
    podAntiAffinityType: "preferred",
    topologyKey: "kubernetes.io/hostname",
    ...(nodeSelector && { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length > 0 && { tolerations: tolerations.map((one) => ({ ...one })) }),
  };
}
