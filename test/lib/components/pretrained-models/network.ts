/** Network flows of the Jobs that fetch pre-trained models. */

import { secretRef } from "#lib/core/secret-ref";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { EVERY_PORT, type NetworkFacts, type PodFacts } from "../../../network/facts";
import { bert } from "./models";

const JOB = "model-fetch";

function fetchPods({ metadata: { name, namespace = "", labels = {} } }: KubeObject): PodFacts[] {
  const model = labels["beamstack-iac/pretrained-model"];
  if (model === undefined) return [];
  return [{ kind: JOB, instance: model, namespace, labels: { "app.kubernetes.io/name": name }, ports: [], hostNetwork: false }];
}

/** Does every model come from here? */
const comesFrom = (type: string) => (spec: EnvironmentSpec) =>
  Object.values(spec.pretrainedModels?.models ?? {}).every(({ source }) => source.type === type);

/** What the tests of network policies know of pre-trained models. */
export const network: NetworkFacts = {
  everything: {
    pretrainedModels: {
      acceptedLicences: ["apache-2.0"],
      models: { "small-bert": { ...bert, place: { type: "volume", namespaces: ["training"] } } },
    },
  },
  environments: {
    "a model of a bucket, kept in another folder of it": {
      buckets: {
        models: {
          type: "s3-compatible",
          bucket: "models",
          endpoint: "https://s3.example.com:9000",
          credentials: { type: "access-key", accessKeyId: secretRef("s3", "id"), secretAccessKey: secretRef("s3", "secret") },
          namespaces: ["models"],
        },
      },
      modelStorage: { models: { bucket: "models", path: "team-a" } },
      pretrainedModels: {
        acceptedLicences: ["apache-2.0"],
        models: {
          bert: { ...bert, source: { type: "bucket", bucket: "models", path: "incoming" }, place: { type: "bucket", storage: "models" } },
        },
      },
    },
  },
  pods: { Job: fetchPods },
  needed: [
    { from: [JOB], to: ["internet"], ports: [443], when: comesFrom("hugging-face"), reason: "the Hub" },
    { from: [JOB], to: ["internet"], ports: [9000], when: comesFrom("bucket"), reason: "the bucket" },
  ],
  closed: [
    { from: [JOB], to: ["internet"], ports: EVERY_PORT, when: comesFrom("hugging-face"), reason: "the Hub's port only" },
    { from: ["stranger"], to: [JOB], ports: [80, 8080], reason: "nobody calls a Job" },
  ],
};
