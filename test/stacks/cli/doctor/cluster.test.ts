import { type Core, coreSchema } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { answered } from "#stacks/cli/commands/doctor/finding";
import { needQuestions } from "#stacks/cli/commands/doctor/needs";
import { reachQuestions } from "#stacks/cli/commands/doctor/reach";
import { requirementQuestions } from "#stacks/cli/commands/doctor/requirements";
import { definition, namespace, object, releaseWith } from "../../../lib/release/fixture";
import { type FakeClusterProps, fakeCluster, node, storageClass } from "./fake-cluster";

const CORE: Core = { ...coreSchema.parse({ name: "test", cluster: { type: "context", context: "x" } }), operators: "helm" };
const gpuJob = object("Job", "train", {
  namespace: "a",
  apiVersion: "batch/v1",
  spec: { template: { spec: { containers: [{ name: "x", resources: { limits: { "nvidia.com/gpu": 1 } } }] } } },
});
const claim = (storageClassName?: string): KubeObject =>
  object("PersistentVolumeClaim", "data", {
    namespace: "a",
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...(storageClassName && { storageClassName }) },
  });
const held = (storage: string): KubeObject =>
  object("PersistentVolumeClaim", "data-db-0", { namespace: "a", spec: { resources: { requests: { storage } } } });
const set = object("StatefulSet", "db", {
  namespace: "a",
  apiVersion: "apps/v1",
  spec: { volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { resources: { requests: { storage: "10Gi" } } } }] },
});
const thing = object("Thing", "x", { namespace: "a", apiVersion: "example.com/v1" });
const foreign = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", labels: {} } };
const leaving = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", deletionTimestamp: "2026-01-01T00:00:00Z" } };

/** The answer to one question about a cluster, for a release of these objects. */
const ask = async (id: string, cluster: FakeClusterProps, objects: readonly KubeObject[] = [], component = "custom") => {
  const release = releaseWith(objects);
  const owned = { ...release, objects: release.objects.map((entry) => ({ ...entry, component })) };
  const client = fakeCluster(cluster);
  const question = [...reachQuestions(client, owned), ...needQuestions(client, owned), ...requirementQuestions(client, CORE, owned)].find(
    (one) => one.id === id,
  );
  if (!question) throw new Error(`no question ${id}`);
  return answered(question);
};

test.each<[string, string, string, FakeClusterProps, readonly KubeObject[], string?]>([
  ["cluster.identity", "ok", "uid 0123", {}, []],
  ["cluster.version", "ok", "v1.34.2", {}, [namespace("a")], "cert-manager"],
  ["cluster.version", "failed", "cert-manager needs 1.32", { version: "v1.30.0" }, [namespace("a")], "cert-manager"],
  ["cluster.clock", "ok", "0 s", {}, []],
  ["cluster.clock", "failed", "600 s behind", { skewSeconds: -600 }, []],
  ["cluster.nodes", "ok", "1 of 1", { objects: [node("n")] }, []],
  ["cluster.nodes", "warning", "1 of 2", { objects: [node("n"), node("m", {}, "False")] }, []],
  ["cluster.nodes", "failed", "0 of 0", {}, []],
  ["cluster.kinds", "ok", "every kind", {}, [thing]],
  ["cluster.kinds", "ok", "every kind", { unserved: ["example.com/v1 Thing"] }, [thing, definition("example.com", "Thing")]],
  ["cluster.kinds", "failed", "example.com/v1 Thing", { unserved: ["example.com/v1 Thing"] }, [thing]],
  ["cluster.rights", "ok", "you may create", {}, [thing]],
  ["cluster.rights", "failed", "patch, delete things.example.com in a", { denied: ["patch things", "delete things"] }, [thing]],
  ["requires.storage-class", "ok", "StorageClass that is the default", { objects: [storageClass("fast", true)] }, [claim()]],
  ["requires.storage-class", "failed", "no StorageClass that is the default", { objects: [storageClass("fast", false)] }, [claim()]],
  ["requires.storage-class", "failed", "no StorageClass slow", { objects: [storageClass("fast", true)] }, [claim("slow")]],
  ["cluster.claims", "ok", "the size of its template", { objects: [held("10Gi")] }, [set]],
  ["cluster.claims", "warning", "10Gi for volumes that exist with 5Gi", { objects: [held("5Gi")] }, [set]],
  ["cluster.gpus", "ok", "no GPUs", {}, []],
  ["cluster.gpus", "ok", "nodes offer nvidia.com/gpu", { objects: [node("n", { "nvidia.com/gpu": "1" })] }, [gpuJob]],
  ["cluster.gpus", "failed", "no node offers nvidia.com/gpu", { objects: [node("n")] }, [gpuJob]],
  [
    "cluster.gpus",
    "warning",
    "Karpenter",
    { objects: [node("n")] },
    [gpuJob, object("NodePool", "gpu", { apiVersion: "karpenter.sh/v1" })],
  ],
  ["cluster.names", "ok", "no object of another owner", {}, [namespace("a")]],
  ["cluster.names", "failed", "core/Namespace/a", { objects: [foreign] }, [namespace("a")]],
  ["cluster.leaving", "ok", "no namespace", {}, [thing]],
  ["cluster.leaving", "failed", "being deleted: a", { objects: [leaving] }, [thing]],
])("%s is %s: %s", async (...[id, state, said, cluster, objects, component]) => {
  const finding = await ask(id, cluster, objects, component);

  expect(finding).toMatchObject({ id, state, said: expect.stringContaining(said) });
  expect(finding.fix !== undefined).toBe(state !== "ok");
});

test("an error is an answer, with the question's own way out", async () => {
  const finding = await answered({ id: "x.y", why: "because", fix: "do this", ask: () => Promise.reject(new Error("no")) });

  expect(finding).toEqual({ id: "x.y", state: "failed", said: "no", why: "because", fix: "do this" });
});
