/** Elasticsearch on ECK: chart, images and kinds at the pinned version. */

import { isJsonObject, valueAt } from "#lib/core/json";
import { templatesIn } from "#lib/kube/claim-templates";
import type { KubeObject } from "#lib/kube/object";
import type { ComponentPin } from "#lib/kube/pin";

const SOURCE = "ECK v3.5.0, config/crds/v1, deploy/eck-operator, pkg/apis/elasticsearch/v1/status.go";

/** The claim ECK mounts as the data path. Source: ECK 3.5.0, elasticsearch/volume/names.go. */
export const DATA_CLAIM = "elasticsearch-data";

/** ECK expands volumes itself and refuses to shrink them. Source: ECK 3.5.0, elasticsearch/driver/pvc_expansion.go, elasticsearch/nodespec/statefulset.go. */
function claimsOf(cluster: KubeObject) {
  return [valueAt(cluster, ["spec", "nodeSets"])]
    .flat()
    .filter(isJsonObject)
    .flatMap((set) =>
      templatesIn(set["volumeClaimTemplates"]).map(({ claim, size }) => ({
        names: `${claim}-${cluster.metadata.name}-es-${String(set["name"])}`,
        size,
      })),
    );
}
/** Label that ECK sets on the pods of a cluster. Source: ECK 3.5.0, elasticsearch/label. */
export const CLUSTER_LABEL = "elasticsearch.k8s.elastic.co/cluster-name";

/** Label that ECK sets on the pods of a Kibana. Source: ECK 3.5.0, kibana/label. */
export const KIBANA_LABEL = "kibana.k8s.elastic.co/name";

/** The pins of Elasticsearch. ECK and the stack are source-available: read the licence before you offer them as a service. */
export const elasticsearchPin = {
  name: "elasticsearch",
  licence: "Elastic-2.0",
  source: SOURCE,
  chart: { name: "eck-operator", repository: "https://helm.elastic.co", version: "3.5.0", imagePullSecretsAt: ["imagePullSecrets"] },
  images: {
    operator: "docker.elastic.co/eck/eck-operator:3.5.0",
    elasticsearch: "docker.elastic.co/elasticsearch/elasticsearch:9.5.0",
    kibana: "docker.elastic.co/kibana/kibana:9.5.0",
  },
  kinds: [
    {
      kind: "elasticsearch.k8s.elastic.co/Elasticsearch",
      version: "v1",
      holdsData: true,
      claims: {
        growth: "by-operator",
        /** Claims of every node set. */
        of: claimsOf,
      },
      /** Pods of the cluster. */
      podLabels: ({ metadata }) => [{ [CLUSTER_LABEL]: metadata.name }],
      /** Secrets for clients. */
      secretsOf: ({ metadata: { name } }) => clientSecrets(name),
      durableWhen: { type: "claim", claim: DATA_CLAIM, pods: ["spec", "nodeSets", "*", "podTemplate", "spec"] },
      readiness: {
        ready: [
          { type: "field", path: ".status.phase", anyOf: ["Ready"] },
          { type: "field", path: ".status.health", anyOf: ["green", "yellow"] },
        ],
        failed: [{ type: "field", path: ".status.phase", anyOf: ["Invalid", "Stalled"] }],
        simulated: [
          { name: "applying", afterSeconds: 1, status: { phase: "ApplyingChanges", health: "unknown" } },
          {
            name: "ready",
            afterSeconds: 2,
            status: { phase: "Ready", health: "green" },
            fromSpec: { availableNodes: { list: "nodeSets", sumOf: "count" }, version: { field: "version", otherwise: "" } },
          },
        ],
        // ECK sets health to unknown while it cannot ask the cluster.
        simulatedFailure: { name: "failed", afterSeconds: 1, status: { phase: "Invalid", health: "unknown" } },
        source: SOURCE,
      },
    },
    {
      kind: "kibana.k8s.elastic.co/Kibana",
      version: "v1",
      replicasAt: [["spec", "count"]],
      /** Pods of the Deployment. */
      podLabels: ({ metadata }) => [{ [KIBANA_LABEL]: metadata.name }],
      readiness: {
        // While pods roll it is red: no field tells a failed one from one that is on its way.
        ready: [{ type: "field", path: ".status.health", anyOf: ["green"] }],
        failed: [],
        simulated: [
          { name: "starting", afterSeconds: 1, status: { health: "red" } },
          {
            name: "ready",
            afterSeconds: 2,
            status: { health: "green", elasticsearchAssociationStatus: "Established" },
            fromSpec: {
              count: { field: "count", otherwise: 1 },
              availableNodes: { field: "count", otherwise: 1 },
              version: { field: "version", otherwise: "" },
            },
          },
        ],
        source: "ECK v3.5.0, pkg/apis/kibana/v1/kibana_types.go and pkg/controller/common/deployment",
      },
    },
  ],
  kubernetes: { min: "1.32" },
  imports: {
    crds: [
      {
        product: "eck",
        version: "3.5.0",
        licence: "Elastic-2.0",
        source: { registry: "go", module: "github.com/elastic/cloud-on-k8s/v3", version: "v3.5.0", path: "config/crds/v1/all-crds.yaml" },
        only: ["elasticsearches.elasticsearch.k8s.elastic.co", "kibanas.kibana.k8s.elastic.co"],
      },
    ],
    charts: [
      {
        chart: "eck-operator",
        version: "3.5.0",
        licence: "Elastic-2.0",
        source: "elastic/cloud-on-k8s v3.5.0, deploy/eck-operator",
        inner: { "eck-operator-crds": "eck-operator-crds" },
      },
    ],
  },
} as const satisfies ComponentPin;

/** Secrets that ECK creates for clients. Source: ECK 3.5.0, elasticsearch/v1/name.go and common/certificates. */
export function clientSecrets(cluster: string): string[] {
  return ["elastic-user", "http-certs-public", "http-certs-internal", "http-ca-internal"].map((suffix) => `${cluster}-es-${suffix}`);
}
