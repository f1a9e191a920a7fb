/** `feature_store.yaml`, as Feast's command line, SDK and operator read it. Source: Feast 0.66.0, sdk/python/feast/repo_config.py. */

import { stringify } from "yaml";
import type { JsonObject } from "#lib/core/json";
import { SERVICE_PORT, serverHost } from "./labels";
import type { NamedStore } from "./schema";
import { remoteRegistry, type Store, type StoreName } from "./stores";

/** The file of Jobs, which reach the stores themselves. It holds names of variables, and no secret. */
export function jobConfiguration({ project }: NamedStore, { registry, online, offline }: Readonly<Record<StoreName, Store>>): string {
  return text({
    ...common(project),
    registry: registry.configuration,
    online_store: online.configuration,
    offline_store: offline.configuration,
  });
}

/** The file of clients, which ask the servers: what the operator writes into `feast-<name>-client`, for every namespace. Source: repo_config.go, getClientRepoConfig. */
export function clientConfiguration({ name, namespace, project, offline }: NamedStore): string {
  const host = serverHost(name, namespace, "offline");
  return text({
    ...common(project),
    registry: remoteRegistry(name, namespace),
    online_store: { type: "remote", path: `http://${serverHost(name, namespace, "online")}:${SERVICE_PORT}` },
    offline_store: offline.type === "database" ? { type: "remote", host, port: SERVICE_PORT } : { type: "dask" },
  });
}

/** What the operator reads from a Secret: the settings of a store, without its type. */
export function storeText(settings: JsonObject): string {
  return text(settings);
}

function common(project: string): JsonObject {
  return { project, provider: "local", entity_key_serialization_version: 3, auth: { type: "no_auth" } };
}

/** Long texts stay on one line, as a variable in them may hold blanks. */
function text(value: JsonObject): string {
  return stringify(value, { lineWidth: 0 });
}
