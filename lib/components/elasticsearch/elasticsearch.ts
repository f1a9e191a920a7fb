/** An Elasticsearch cluster: stores documents and vectors. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import type { ElasticsearchSpec } from "#lib/imports/eck/index";
import { imageFor } from "#lib/kube/images";
import type { IndexPlan, IndexShape } from "#lib/kube/index-plan";
import { allow, type FlowPort, type PodsEnd, pods } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import type { IVectorStore, StoreAuth, StoreEndpoint } from "#lib/kube/vector-store";
import { elasticsearchProblems } from "./checks";
import { imageOf } from "./image-of";
import { elasticsearchIndexPlan } from "./index-plan";
import { Kibana } from "./kibana";
import { nodeSet } from "./node-set";
import { CLUSTER_LABEL, clientSecrets, elasticsearchPin } from "./pin";
import { type ElasticsearchProps, type ElasticsearchSettings, elasticsearchSchema } from "./schema";
import { snapshotConfig, snapshotFlows, snapshotKeys } from "./snapshots";

/** Port of the HTTP API. */
const HTTP_PORT = 9200;
/** Port of the transport protocol between nodes. */
const TRANSPORT_PORT = 9300;

/** Name of a cluster and its operator. */
export interface ElasticsearchPlace {
  /** Name of the cluster; its Service is `<name>-es-http`. */
  readonly name: string;
  /** The operator, which needs a network flow to the cluster. */
  readonly operator: { readonly pods: PodsEnd };
}

/** An Elasticsearch cluster. */
export class Elasticsearch extends Construct implements IVectorStore {
  public readonly name: string;
  public readonly namespace: string;
  public readonly endpoints: readonly StoreEndpoint[];
  public readonly auth: StoreAuth;
  public readonly ca: SecretRef;
  public readonly secrets: readonly string[];
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[] = [{ port: HTTP_PORT }];

  public constructor(scope: Construct, id: string, props: ElasticsearchProps & ElasticsearchPlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, elasticsearchPin.name);
    const settings = settingsOf(this, elasticsearchSchema, own, { checks: (each, path) => elasticsearchProblems(name, each, path) });
    const { namespace } = settings;
    const service = `${name}-es-http`;
    this.name = name;
    this.namespace = namespace;
    this.endpoints = [{ protocol: "http", service, url: `https://${service}.${namespace}.svc:${HTTP_PORT}` }];
    this.auth = { type: "basic", user: "elastic", password: secretRef(`${name}-es-elastic-user`, "elastic") };
    this.ca = secretRef(`${name}-es-http-certs-public`, "ca.crt");
    this.secrets = clientSecrets(name);
    this.pods = pods(namespace, { [CLUSTER_LABEL]: name });
    if (!isSound(this)) return;
    this.addCluster(settings);
    if (settings.kibana) new Kibana(this, "Kibana", settings.kibana, { ...this, version: settings.version });
    // Node pools are destroyed after their workloads.
    for (const { pool } of Object.values(settings.nodeSets)) if (pool) this.node.addDependency(pool);
    allow(this, [
      { name: `${name}-es-nodes`, from: this.pods, to: this.pods, ports: [{ port: TRANSPORT_PORT }, ...this.ports] },
      { name: `elastic-operator-to-${name}`, from: operator.pods, to: this.pods, ports: this.ports },
      ...snapshotFlows(name, settings, this.pods),
    ]);
  }

  public indexPlan(shape: IndexShape): IndexPlan {
    return elasticsearchIndexPlan(shape);
  }

  private addCluster(settings: ElasticsearchSettings): void {
    const { name, namespace } = this;
    const { version, highAvailability, maxUnavailable } = settings;
    const account = new k8s.KubeServiceAccount(this, "Account", {
      metadata: { name: `${name}-es`, namespace },
      automountServiceAccountToken: false,
    });
    const context = {
      cluster: name,
      serviceAccountName: account.name,
      priorityClassName: priorityOf(this),
      highAvailability,
      config: snapshotConfig(settings),
    };
    const spec: ElasticsearchSpec = {
      version,
      image: imageFor(this, imageOf("elasticsearch", version)),
      volumeClaimDeletePolicy: "DeleteOnScaledownOnly",
      nodeSets: Object.entries(settings.nodeSets).map(([set, each]) => nodeSet(set, each, context)),
      ...snapshotKeys(settings),
      ...(maxUnavailable !== undefined && { podDisruptionBudget: disruptionBudget(name, maxUnavailable) }),
    };
    const cluster = new ApiObject(this, "Resource", {
      apiVersion: "elasticsearch.k8s.elastic.co/v1",
      kind: "Elasticsearch",
      metadata: { name, namespace },
      spec,
    });
    const { snapshots } = settings;
    if (snapshots) cluster.node.addDependency(snapshots.bucket.enter(namespace).dependency);
  }
}

/** ECK takes the spec as it is: it adds a selector only to its own budget, and one without a selector protects no pod. Source: ECK 3.5.0, pdb/reconcile.go. */
function disruptionBudget(cluster: string, maxUnavailable: number): NonNullable<ElasticsearchSpec["podDisruptionBudget"]> {
  return { metadata: {}, spec: { maxUnavailable, selector: { matchLabels: { [CLUSTER_LABEL]: cluster } } } };
}
