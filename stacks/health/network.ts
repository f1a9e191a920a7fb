/** Readiness of services and ingresses. */

import { isJsonObject, type JsonObject } from "#lib/core/json";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import type { KubeObject } from "#lib/kube/object";
import { objectsAt, textAt } from "./fields";
import { type Lookup, type ReadinessRule, ready, type Verdict, waiting } from "./readiness";

/** Services: at least one ready endpoint; a LoadBalancer also needs an address. */
export const SERVICE: ReadinessRule = { check: service };

/** Ingresses: an address, and a ready endpoint for each backend Service. */
export const INGRESS: ReadinessRule = { check: ingress };

async function service(object: KubeObject, look: Lookup): Promise<Verdict> {
  if (textAt(object, "spec", "type") === "LoadBalancer" && !hasAddress(object))
    return waiting("waiting for an address of the load balancer");
  if (!needsEndpoints(object)) return ready();
  const found = await hasEndpoints(object.metadata.namespace ?? "default", object.metadata.name, look);
  return found ? ready() : waiting("waiting for a ready pod behind the service");
}

/** ExternalName Services have no pods, those without a selector have manual endpoints, headless ones may be empty; a simulated operator makes no pods. */
function needsEndpoints(object: KubeObject): boolean {
  if (object.metadata.labels?.[SIMULATED_LABEL] === "true") return false;
  const spec = isJsonObject(object["spec"]) ? object["spec"] : {};
  const selects = isJsonObject(spec["selector"]) && Object.keys(spec["selector"]).length > 0;
  return selects && spec["type"] !== "ExternalName" && spec["clusterIP"] !== "None";
}

async function ingress(object: KubeObject, look: Lookup): Promise<Verdict> {
  const namespace = object.metadata.namespace ?? "default";
  for (const name of backends(object)) {
    const target = await look.get({ apiVersion: "v1", kind: "Service", name, namespace });
    const external = target !== undefined && textAt(target, "spec", "type") === "ExternalName";
    if (!external && !(await hasEndpoints(namespace, name, look))) return waiting(`waiting for a ready pod behind service ${name}`);
  }
  return hasAddress(object) ? ready() : waiting("waiting for an address of the ingress");
}

function backends(object: JsonObject): readonly string[] {
  const paths = objectsAt(object, "spec", "rules").flatMap((rule) => objectsAt(rule, "http", "paths"));
  return [...new Set(paths.map((path) => textAt(path, "backend", "service", "name")))].filter((name) => name !== "");
}

function hasAddress(object: JsonObject): boolean {
  return objectsAt(object, "status", "loadBalancer", "ingress").length > 0;
}

async function hasEndpoints(namespace: string, name: string, look: Lookup): Promise<boolean> {
  const labelSelector = `kubernetes.io/service-name=${name}`;
  const slices = await look.list({ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", namespace, labelSelector });
  // An absent condition counts as ready (EndpointConditions, discovery.k8s.io/v1).
  return slices.flatMap((slice) => objectsAt(slice, "endpoints")).some((endpoint) => !isNotReady(endpoint));
}

function isNotReady(endpoint: JsonObject): boolean {
  return isJsonObject(endpoint["conditions"]) && endpoint["conditions"]["ready"] === false;
}
