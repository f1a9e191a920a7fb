/** Permissions of the user for the kinds of a release, as the API server reports them (SelfSubjectAccessReview). */

import limit from "p-limit";
import { isJsonObject } from "#lib/core/json";
import { groupOf } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { NoMatchError } from "../../../cluster/api-error";
import type { ClusterReader } from "./reader";

/** Verbs that apply, wait and destroy need. */
const VERBS = ["get", "list", "watch", "create", "patch", "delete"];

const AT_ONCE = 8;

interface Resource {
  readonly group: string;
  readonly resource: string;
  /** @default cluster-scoped, or all namespaces */
  readonly namespace?: string;
}

/** Each resource with a missing permission: `delete, patch on namespaces`. */
export async function missingRights(client: ClusterReader, release: Release): Promise<string[]> {
  const gate = limit(AT_ONCE);
  const resources = (await Promise.all(placesOf(release).map((place) => gate(() => resourceOf(client, place))))).flat();
  const lacking = await Promise.all(
    resources.map(async (resource) => {
      const denied = await Promise.all(VERBS.map((verb) => gate(async () => ((await allowed(client, resource, verb)) ? [] : [verb]))));
      return denied.flat().length === 0 ? [] : [`${denied.flat().join(", ")} ${textOf(resource)}`];
    }),
  );
  return lacking.flat();
}

type Place = { readonly apiVersion: string; readonly kind: string; readonly namespace?: string };

/** Kinds by namespace, each once. */
function placesOf(release: Release): Place[] {
  const places = release.objects.map(
    ({ manifest: { apiVersion, kind, metadata } }): Place => ({
      apiVersion,
      kind,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    }),
  );
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

/** Access reviews need a resource name, which the server has only for kinds that it serves. */
async function resourceOf(client: ClusterReader, { apiVersion, kind, namespace }: Place): Promise<Resource[]> {
  try {
    const { plural } = await client.discover(apiVersion, kind);
    const group = groupOf(apiVersion);
    return [{ group: group === "core" ? "" : group, resource: plural, ...(namespace !== undefined && { namespace }) }];
  } catch (error) {
    if (error instanceof NoMatchError) return [];
    throw error;
  }
}

async function allowed(client: ClusterReader, resource: Resource, verb: string): Promise<boolean> {
  const body = JSON.stringify({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: { ...resource, verb } },
  });
  const answer = await client.json({ method: "POST", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body });
  return isJsonObject(answer) && isJsonObject(answer["status"]) && answer["status"]["allowed"] === true;
}

function textOf({ group, resource, namespace }: Resource): string {
  return `${resource}${group === "" ? "" : `.${group}`}${namespace === undefined ? "" : ` in ${namespace}`}`;
}
