/** Addresses of a release's Services and Ingresses, read from its objects. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";

/** Addresses by object id: hosts of Ingresses, and names of Services inside the cluster. */
export function endpointsOf(release: Release): Record<string, string[]> {
  const found = release.objects.map(({ id, manifest }): [string, string[]] => [id, addressesOf(manifest)]);
  return Object.fromEntries(found.filter(([, addresses]) => addresses.length > 0));
}

function addressesOf(object: KubeObject): string[] {
  const spec = object["spec"];
  if (!isJsonObject(spec)) return [];
  if (object.apiVersion === "v1" && object.kind === "Service") return serviceAddresses(object, spec);
  if (object.apiVersion === "networking.k8s.io/v1" && object.kind === "Ingress") return ingressAddresses(spec);
  return [];
}

function serviceAddresses({ metadata }: KubeObject, spec: JsonObject): string[] {
  return items(spec["ports"]).map(({ port }) => `${metadata.name}.${metadata.namespace ?? "default"}.svc:${String(port)}`);
}

function ingressAddresses(spec: JsonObject): string[] {
  const secure = new Set(items(spec["tls"]).flatMap(({ hosts }) => (Array.isArray(hosts) ? hosts : [])));
  const hosts = items(spec["rules"]).flatMap(({ host }) => (typeof host === "string" ? [host] : []));
  return hosts.map((host) => `${secure.has(host) ? "https" : "http"}://${host}`);
}

function items(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
