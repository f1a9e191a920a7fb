/** A cluster that answers what a test says. */

import type { KubeObject } from "#lib/kube/object";
import type { ClusterReader } from "#stacks/cli/commands/doctor/reader";
import { ApiError, NoMatchError } from "#stacks/cluster/api-error";

/** What the cluster is like, where it differs from a good one. */
export interface FakeClusterProps {
  readonly version?: string;
  readonly skewSeconds?: number;
  readonly objects?: readonly KubeObject[];
  /** `apiVersion kind` of what it does not serve. */
  readonly unserved?: readonly string[];
  /** `verb resource` of what the user may not do. */
  readonly denied?: readonly string[];
}

/** A node with these resources. */
export function node(name: string, allocatable: Record<string, string> = {}, ready = "True"): KubeObject {
  return { apiVersion: "v1", kind: "Node", metadata: { name }, status: { allocatable, conditions: [{ type: "Ready", status: ready }] } };
}

/** A storage class. */
export function storageClass(name: string, isDefault: boolean): KubeObject {
  const annotations = { "storageclass.kubernetes.io/is-default-class": String(isDefault) };
  return { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name, annotations } };
}

/** The cluster. */
export function fakeCluster(props: FakeClusterProps = {}): ClusterReader {
  const { version = "v1.34.2", skewSeconds = 0, objects = [], unserved = [], denied = [] } = props;
  return {
    access: {
      context: "test",
      server: "https://cluster.example.com",
      namespace: "default",
      tls: { insecure: false },
      credentials: { type: "none" },
    },
    version: async () => version,
    clusterUid: async () => "0123",
    get: async ({ name }) => {
      throw new ApiError(404, "NotFound", `${name} not found`);
    },
    list: async ({ kind }) => objects.filter((object) => object.kind === kind),
    create: async (object) => ({
      ...object,
      metadata: { ...object.metadata, creationTimestamp: new Date(Date.now() + skewSeconds * 1000).toISOString() },
    }),
    discover: async (apiVersion, kind) => {
      if (unserved.includes(`${apiVersion} ${kind}`)) throw new NoMatchError(apiVersion, kind);
      return { plural: `${kind.toLowerCase()}s`, namespaced: true };
    },
    json: async ({ body, path }) => {
      if (body === undefined) throw new ApiError(404, "NotFound", `${path} not found`);
      const { verb, resource } = JSON.parse(body).spec.resourceAttributes;
      return { status: { allowed: !denied.includes(`${verb} ${resource}`) } };
    },
  };
}
