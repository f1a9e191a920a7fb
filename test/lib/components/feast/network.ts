/** Network flows of Feast. */

import { secretRef } from "#lib/core/secret-ref";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { callsNobody, type NetworkFacts, type PodFacts, scraped, tcp, watches } from "../../../network/facts";

const OPERATOR = "feast-operator";

/** Source: Feast 0.66.0, services.go (labels of the pods) and services_types.go (ports). */
function serverPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const labels = { "feast.dev/name": name, "app.kubernetes.io/managed-by": "feast-operator" };
  const ports = tcp({ online: 6566, offline: 8815, registry: 6570, ui: 8888, metrics: 8000 });
  return [{ kind: "feast", instance: name, namespace, labels, ports, hostNetwork: false }];
}

function operatorPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  if (name !== OPERATOR) return [];
  const labels = { "app.kubernetes.io/name": name };
  return [{ kind: OPERATOR, instance: name, namespace, labels, ports: tcp({ metrics: 8080, health: 8081 }), hostNetwork: false }];
}

function jobPods({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  const instance = /^(.+)-(?:apply-[0-9a-f]{8}|materialize)$/.exec(name)?.[1];
  if (instance === undefined) return [];
  return [{ kind: "feast-jobs", instance, namespace, labels: { "app.kubernetes.io/name": name }, ports: [], hostNetwork: false }];
}

const ALL = ["feast", "feast-jobs"];
const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;

/** Is the database of the online store of this type? */
const usesDatabase = (type: "existing" | "in-cluster") => (spec: EnvironmentSpec) => {
  const { online } = spec.feast?.stores?.["people"] ?? {};
  return online?.type === "database" && spec.databases?.[online.database]?.type === type;
};
const hasOwnRegistry = (spec: EnvironmentSpec) => spec.feast?.stores?.["people"]?.registry.type === "ephemeral";

/** What the tests of network policies know of Feast. */
export const network: NetworkFacts = {
  environments: {
    "Feast on a database and a bucket of a cloud": {
      databases: { features: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["feast"] } },
      buckets: { features: { type: "s3", bucket: "features", region: "eu-central-1" } },
      feast: {
        stores: {
          people: {
            registry: { type: "database", database: "features" },
            online: { type: "database", database: "features" },
            offline: { type: "bucket", bucket: "features" },
            materialize: {},
          },
        },
      },
      certManager: {},
      jobset: {},
      ray: { clusters: { main: { featureStore: "people" } } },
      trainer: { jobs: { bert: { framework: { type: "pytorch", program: ["/app/train.py"] }, featureStore: "people" } } },
      kserve: {
        services: {
          ranking: {
            runtime: { type: "custom", image: "registry.example.com/ml/ranking:1.0", metricsPort: 8080 },
            featureStore: "people",
          },
        },
      },
      monitoring: {},
    },
    "Feast with a registry of its own and Redis": {
      feast: {
        stores: {
          people: {
            registry: { type: "ephemeral" },
            online: { type: "redis", address: "redis://redis.example.com:6379" },
            offline: { type: "files" },
            repository: {
              type: "git",
              url: "https://git.example.com:8443/team/features.git",
              commit: "0123456789abcdef0123456789abcdef01234567",
            },
            materialize: {},
          },
        },
      },
    },
  },
  pods: { FeatureStore: serverPods, Deployment: operatorPods, Job: jobPods, CronJob: jobPods },
  needed: [
    watches(OPERATOR),
    scraped(8080, OPERATOR),
    scraped(8000, "feast"),
    { from: ALL, to: ["internet"], ports: [443, 5432], when: usesDatabase("existing"), reason: "their database and bucket" },
    { from: ALL, to: ["postgres"], ports: [5432], when: usesDatabase("in-cluster"), reason: "their database" },
    { from: ALL, to: ["internet"], ports: [6379], when: hasOwnRegistry, reason: "Redis" },
    { from: ["feast-jobs"], to: ["feast"], ports: [6570], within: "instance", when: hasOwnRegistry, reason: "the registry in the pod" },
    { from: ["feast-jobs"], to: ["internet"], ports: [8443], when: hasOwnRegistry, reason: "the repository" },
    {
      from: ["ray-head", "ray-worker", "train-node", "kserve-predictor"],
      to: ["feast"],
      ports: [6566, 6570],
      when: usesDatabase("existing"),
      reason: "features of the store that they name",
    },
  ],
  closed: [
    callsNobody(OPERATOR),
    { from: ["stranger"], to: ["feast"], ports: [6566, 8815, 6570, 8888, 8000], reason: "workloads that name the store only" },
  ],
};
