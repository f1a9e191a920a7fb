/** The FeatureStore object, and the Secret from which the operator reads its stores. Source: Feast 0.66.0, api/v1/featurestore_types.go. */

import type { JsonObject } from "#lib/core/json";
import type { CaMount } from "#lib/kube/ca-mount";
import { restrictedPodSecurity } from "#lib/kube/hardening";
import { placement } from "#lib/kube/node-pool";
import { environmentVariables, secretVolume } from "#lib/kube/pod-parts";
import { resources } from "#lib/kube/resources";
import { storeText } from "./configuration";
import { USER_ID } from "./labels";
import { memoryOf, serversOf } from "./parts";
import type { NamedStore } from "./schema";
import type { Environment, Store, StoreName } from "./stores";

/** What all pods of a store have. */
export interface PodParts {
  readonly image: string;
  readonly environment: Environment;
  readonly trusts: readonly CaMount[];
}

type Stores = Readonly<Record<StoreName, Store>>;

/** Name of the Secret. */
export const secretName = (store: string): string => `${store}-stores`;

/** Keys of the Secret: each store's part of `feature_store.yaml`, with names of variables in the place of secrets. */
export function secretTexts(stores: Stores): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stores).flatMap(([key, { persistence }]) =>
      persistence && "settings" in persistence ? [[key, storeText(persistence.settings)]] : [],
    ),
  );
}

/** The spec of a FeatureStore. Jobs of our own apply definitions and load features, so that the operator prepares no repository. */
export function featureStoreSpec(store: NamedStore, stores: Stores, parts: PodParts): JsonObject {
  const { name, project, replicas, workers } = store;
  const server = serverSpec(store, parts);
  const servers = serversOf(store);
  const persistence = (key: StoreName) => ({ persistence: persistenceOf(name, key, stores[key]) });
  return {
    feastProject: project,
    replicas,
    authz: { noAuth: true },
    services: {
      disableInitContainers: true,
      runFeastApplyOnInit: false,
      securityContext: restrictedPodSecurity(USER_ID),
      ...(replicas > 1 && { podDisruptionBudgets: { maxUnavailable: 1 } }),
      ...(parts.trusts.length > 0 && { volumes: parts.trusts.map(({ volume }) => secretVolume(volume)) }),
      onlineStore: { ...persistence("online"), server: { ...server, metrics: true, workerConfigs: { workers } } },
      registry: { local: { ...persistence("registry"), server: { ...server, grpc: true } } },
      ...(servers.includes("offline") && { offlineStore: { ...persistence("offline"), server } }),
      ...(servers.includes("ui") && { ui: server }),
    },
  };
}

function persistenceOf(store: string, key: StoreName, { persistence }: Store): JsonObject {
  if (!persistence) throw new Error(`the ${key} store of ${store} has no server`);
  if ("file" in persistence) return { file: persistence.file };
  return { store: { type: persistence.type, secretRef: { name: secretName(store) }, secretKeyName: key } };
}

/** The operator merges the selectors of all servers. */
function serverSpec(store: NamedStore, { image, environment, trusts }: PodParts): JsonObject {
  const { nodeSelector } = placement(store.pool);
  const env = environmentVariables(environment);
  return {
    image,
    resources: resources({ cpu: store.cpu, memory: memoryOf(store) }),
    ...(env.length > 0 && { env }),
    ...(trusts.length > 0 && { volumeMounts: trusts.map(({ mount }) => ({ ...mount })) }),
    ...(nodeSelector && { nodeSelector: { ...nodeSelector } }),
  };
}
