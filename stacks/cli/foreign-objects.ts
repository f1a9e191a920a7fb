/** Objects of other owners that a run would meet: in the namespaces of an environment, or in the place of its own objects. */

import limit from "p-limit";
import { compareText } from "#lib/core/order";
import { ENVIRONMENT_LABEL } from "#lib/kube/labels";
import { type GroupKind, groupKind, type KubeObject, objectId } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { creatableKinds, type ListableKind } from "../cluster/all-kinds";
import { ApiError, isForbidden, isNotFound, NoMatchError } from "../cluster/api-error";
import type { KubeClient } from "../cluster/client";
import type { RecordedObject } from "../engine/resources";
import { isOurs } from "../program/ownership";

/** Concurrent requests. */
const AT_ONCE = 8;

/** Kinds that the cluster fills in by itself. Claims are data, which has a check of its own. */
const MADE_BY_CLUSTER: ReadonlySet<GroupKind> = new Set([
  "core/Endpoints",
  "discovery.k8s.io/EndpointSlice",
  "coordination.k8s.io/Lease",
  "core/Event",
  "events.k8s.io/Event",
  "core/PersistentVolumeClaim",
]);

/** Names that Kubernetes, OpenShift and Istio give to an object of every namespace. */
const IN_EVERY_NAMESPACE =
  /^core\/(ServiceAccount\/[^/]+\/(default|builder|deployer)|ConfigMap\/[^/]+\/(kube-root-ca|openshift-service-ca|istio-ca-root)[.-](crt|cert))$/;

/** Labels and annotations that controllers put on objects without an owner reference. */
const MARKS_OF_CONTROLLERS = [
  // Tokens of service accounts. Source: Kubernetes documentation, "Well-Known Labels, Annotations and Taints".
  "kubernetes.io/service-account.name",
  // Secrets of certificates, and the CA of the webhook. Source: cert-manager documentation, "Annotations".
  "cert-manager.io/certificate-name",
  "cert-manager.io/allow-direct-injection",
  // ConfigMaps of Flink's high availability. Source: Flink, Constants.LABEL_CONFIGMAP_TYPE_KEY.
  "configmap-type",
];

/** Ids of the objects of others in a namespace, sorted. */
export async function guestsIn(client: Pick<KubeClient, "json" | "list">, namespace: string, release: Release): Promise<readonly string[]> {
  const gate = limit(AT_ONCE);
  const charts = new Set(release.helmReleases.map((chart) => `${chart.namespace}/${chart.name}`));
  const kinds = await creatableKinds(client);
  const lists = await Promise.all(kinds.map((kind) => gate(() => listIn(client, kind, namespace))));
  return lists
    .flat()
    .filter((object) => isGuest(object, { release, charts }))
    .map(objectId)
    .sort(compareText);
}

async function listIn(client: Pick<KubeClient, "list">, kind: ListableKind, namespace: string): Promise<readonly KubeObject[]> {
  try {
    return await client.list({ ...kind, namespace, metadataOnly: true });
  } catch (thrown) {
    // What may not be seen, or is served no more, cannot be named.
    if (thrown instanceof NoMatchError || isForbidden(thrown) || (thrown instanceof ApiError && [404, 405].includes(thrown.status)))
      return [];
    throw thrown;
  }
}

interface Owners {
  readonly release: Release;
  /** `namespace/name` of our Helm releases. */
  readonly charts: ReadonlySet<string>;
}

function isGuest(object: KubeObject, { release, charts }: Owners): boolean {
  const { labels = {}, annotations = {}, namespace = "", deletionTimestamp, ownerReferences } = object.metadata;
  if (deletionTimestamp !== undefined || (Array.isArray(ownerReferences) && ownerReferences.length > 0)) return false;
  if (MADE_BY_CLUSTER.has(groupKind(object)) || IN_EVERY_NAMESPACE.test(objectId(object))) return false;
  if (MARKS_OF_CONTROLLERS.some((mark) => mark in labels || mark in annotations)) return false;
  // Helm's records and the objects of our charts.
  const chart = labels["owner"] === "helm" ? labels["name"] : annotations["meta.helm.sh/release-name"];
  if (charts.has(`${annotations["meta.helm.sh/release-namespace"] ?? namespace}/${chart}`)) return false;
  return labels[ENVIRONMENT_LABEL] !== release.environment && !isOurs(object, release.environment);
}

/** Recorded objects whose place another owner's object took: same name, another uid, and no mark of ours. */
export async function replacedObjects(
  client: Pick<KubeClient, "list" | "get">,
  recorded: readonly RecordedObject[],
  environment: string,
): Promise<readonly RecordedObject[]> {
  const gate = limit(AT_ONCE);
  const kinds = new Map(recorded.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]));
  const lists = await Promise.all(
    [...kinds.values()].map((kind) =>
      gate(() =>
        liveOf(
          client,
          kind,
          recorded.filter((one) => one.kind === kind.kind && one.apiVersion === kind.apiVersion),
        ),
      ),
    ),
  );
  const live = new Map(lists.flat().map((object) => [keyOf(object.kind, object.metadata.namespace, object.metadata.name), object]));
  return recorded.filter(({ kind, namespace, name, uid }) => {
    const found = live.get(keyOf(kind, namespace, name));
    return found !== undefined && found.metadata["uid"] !== uid && !isOurs(found, environment);
  });
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ""}/${name}`;
}

async function liveOf(
  client: Pick<KubeClient, "list" | "get">,
  kind: ListableKind,
  recorded: readonly RecordedObject[],
): Promise<readonly KubeObject[]> {
  try {
    return await client.list({ ...kind, metadataOnly: true });
  } catch (thrown) {
    if (thrown instanceof NoMatchError) return [];
    if (isForbidden(thrown)) return (await Promise.all(recorded.map((one) => ifThere(client, one)))).flat();
    throw thrown;
  }
}

async function ifThere(client: Pick<KubeClient, "get">, { apiVersion, kind, name, namespace }: RecordedObject): Promise<KubeObject[]> {
  try {
    return [await client.get({ apiVersion, kind, name, namespace })];
  } catch (thrown) {
    if (isNotFound(thrown) || isForbidden(thrown)) return [];
    throw thrown;
  }
}
