/** Checks of what the release needs of its cluster: kinds, permissions, storage, GPUs, free names. */

import limit from "p-limit";
import { isJsonObject, type JsonValue } from "#lib/core/json";
import { isBuiltInGroup } from "#lib/kube/built-in";
import { groupKind, groupOf, type KubeObject } from "#lib/kube/object";
import { definedKind } from "#lib/kube/references";
import type { Release } from "#lib/release/release";
import { NoMatchError } from "../../../cluster/api-error";
import { claimWarnings } from "../../../program/claims";
import { foreignObjects } from "../../../program/ownership";
import { failed, ok, type Question, warning } from "./finding";
import type { ClusterReader } from "./reader";
import { missingRights } from "./rights";

/** What the cluster must provide or allow before the release is applied. */
export function needQuestions(client: ClusterReader, release: Release): Question[] {
  return [
    {
      id: "cluster.kinds",
      why: "objects cannot be created if the cluster does not serve their kinds",
      fix: "upgrade the cluster, or install the CRDs of the kind",
      ask: async () => {
        const missing = await unservedKinds(client, release);
        return missing.length > 0 ? failed(`not served: ${missing.join(", ")}`) : ok("every kind is served, or comes with the release");
      },
    },
    {
      id: "cluster.rights",
      why: "a run without a permission stops half-way",
      fix: "ask an administrator to grant these permissions",
      ask: async () => {
        const missing = await missingRights(client, release);
        return missing.length > 0
          ? failed(`you may not ${missing.join("; ")}`)
          : ok("you may create, change and delete every kind of the release");
      },
    },
    {
      id: "cluster.claims",
      why: "a volume that exists keeps its size, whatever its template says",
      fix: "run beamstack-iac preview, which shows the steps for each claim",
      ask: async () => {
        const found = await claimWarnings(release, client);
        return found.length > 0
          ? warning(found.map(({ got }) => got).join("; "), found.map(({ fix }) => fix).join("; "))
          : ok("every claim that exists has the size of its template");
      },
    },
    {
      id: "cluster.gpus",
      why: "pods that request a resource that no node offers stay pending",
      fix: "install the device plugin of the GPUs, or add a node pool that has them",
      ask: () => gpuAnswer(client, release),
    },
    {
      id: "cluster.names",
      why: "a run never adopts an object of another owner",
      fix: "rename ours, or delete the other",
      ask: async () => {
        const foreign = await foreignObjects(release, client);
        return foreign.length > 0
          ? failed(`owned by others: ${foreign.map(({ path }) => path).join(", ")}`)
          : ok("no object of another owner has a name of the release");
      },
    },
    {
      id: "cluster.leaving",
      why: "no object can be created in a namespace that is being deleted",
      fix: "see what blocks it: kubectl get namespace NAME -o jsonpath='{.status.conditions}'",
      ask: async () => {
        const wanted = new Set(release.objects.map(({ manifest }) => manifest.metadata.namespace));
        const spaces = await client.list({ apiVersion: "v1", kind: "Namespace", metadataOnly: true });
        const leaving = spaces.filter(({ metadata }) => wanted.has(metadata.name) && metadata["deletionTimestamp"] !== undefined);
        return leaving.length > 0
          ? failed(`being deleted: ${leaving.map(({ metadata }) => metadata.name).join(", ")}`)
          : ok("no namespace of the release is being deleted");
      },
    },
  ];
}

const AT_ONCE = 8;

async function unservedKinds(client: ClusterReader, release: Release): Promise<string[]> {
  const coming = new Set([
    ...release.objects.flatMap(({ manifest }) => definedKind(manifest) ?? []),
    ...release.helmReleases.flatMap(({ provides }) => provides),
  ]);
  const kinds = kindsOf(release).filter((object) => !coming.has(groupKind(object)));
  const gate = limit(AT_ONCE);
  const missing = await Promise.all(
    kinds.map(({ apiVersion, kind }) => gate(async () => ((await serves(client, apiVersion, kind)) ? [] : [`${apiVersion} ${kind}`]))),
  );
  return missing.flat();
}

/** One object per kind and version. */
function kindsOf(release: Release): KubeObject[] {
  return [...new Map(release.objects.map(({ manifest }) => [`${manifest.apiVersion} ${manifest.kind}`, manifest])).values()];
}

async function serves(client: ClusterReader, apiVersion: string, kind: string): Promise<boolean> {
  try {
    await client.discover(apiVersion, kind);
    return true;
  } catch (error) {
    if (error instanceof NoMatchError) return false;
    throw error;
  }
}

async function gpuAnswer(client: ClusterReader, release: Release) {
  const asked = [...new Set(release.objects.flatMap(({ manifest }) => (definedKind(manifest) ? [] : extendedResources(manifest))))].sort();
  if (asked.length === 0) return ok("the release requests no GPUs");
  const nodes = await client.list({ apiVersion: "v1", kind: "Node" });
  const offered = new Set(nodes.flatMap((node) => Object.keys(allocatable(node))));
  const missing = asked.filter((resource) => !offered.has(resource));
  if (missing.length === 0) return ok(`nodes offer ${asked.join(", ")}`);
  const provisioned = release.objects.some(({ manifest }) => groupOf(manifest.apiVersion).startsWith("karpenter."));
  const said = `no node offers ${missing.join(", ")} now`;
  return provisioned ? warning(`${said}; Karpenter provisions nodes when pods request them`) : failed(said);
}

function allocatable(node: KubeObject): Readonly<Record<string, unknown>> {
  const status = node["status"];
  return isJsonObject(status) && isJsonObject(status["allocatable"]) ? status["allocatable"] : {};
}

/** Resources with a domain prefix, such as `nvidia.com/gpu`, in the limits of containers. */
function extendedResources(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(extendedResources);
  if (!isJsonObject(value)) return [];
  const limits = isJsonObject(value["limits"]) ? Object.keys(value["limits"]) : [];
  const own = limits.filter((name) => name.includes("/") && !isBuiltInGroup(name.split("/")[0] ?? ""));
  return [...own, ...Object.values(value).flatMap(extendedResources)];
}
