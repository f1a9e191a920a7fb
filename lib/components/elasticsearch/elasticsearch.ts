/** An Elasticsearch cluster: stores documents and vectors. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { formatImage, parseImage } from "#lib/core/image-ref";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import type { ElasticsearchSpec } from "#lib/imports/eck/index";
import { imageFor } from "#lib/kube/images";
import { allow, type FlowPort, type PodsEnd, pods } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import type { IVectorStore } from "#lib/kube/vector-store";
import { elasticsearchProblems } from "./checks";
import { CLUSTER_LABEL, nodeSet } from "./node-set";
import { elasticsearchPin } from "./pin";
import { type ElasticsearchProps, elasticsearchDefaults } from "./props";

/** Port of the HTTP API. */
const HTTP_PORT = 9200;
/** Port on which the nodes talk to each other. */
const TRANSPORT_PORT = 9300;

/** Name of a cluster, who runs it, and which line asked for it. */
export interface ElasticsearchPlace {
  /** Name of the cluster; its service is `<name>-es-http`. */
  readonly name: string;
  /** The operator's pods: they must reach the cluster. */
  readonly operator: { readonly pods: PodsEnd };
  /** Priority class of the pods. @default the cluster's default */
  readonly priorityClass?: string;
  /** Path in the environment file. @default the construct's path */
  readonly source?: string;
}

/** An Elasticsearch cluster. */
export class Elasticsearch extends Construct implements IVectorStore {
  public readonly name: string;
  public readonly namespace: string;
  public readonly url: string;
  public readonly user = "elastic";
  public readonly passwordSecret: SecretRef;
  public readonly caSecret: SecretRef;
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[] = [{ port: HTTP_PORT }];

  public constructor(scope: Construct, id: string, props: ElasticsearchProps & ElasticsearchPlace) {
    super(scope, id);
    const { name, operator, priorityClass, source, ...own } = props;
    setOwner(this, elasticsearchPin.name, source);
    const problems = elasticsearchProblems(name, own, source ?? this.node.path);
    addProblems(this, problems);
    const { namespace = elasticsearchDefaults.namespace } = own;
    this.name = name;
    this.namespace = namespace;
    this.url = `https://${name}-es-http.${namespace}.svc:${HTTP_PORT}`;
    this.passwordSecret = secretRef(`${name}-es-elastic-user`, this.user);
    this.caSecret = secretRef(`${name}-es-http-certs-public`, "ca.crt");
    this.pods = pods(namespace, { [CLUSTER_LABEL]: name });
    if (problems.length > 0) return;
    this.addCluster(own, priorityClass);
    // Nodes outlive what runs on them.
    for (const { pool } of Object.values(own.nodeSets)) if (pool) this.node.addDependency(pool);
    allow(this, [
      { name: `${name}-es-nodes`, from: this.pods, to: this.pods, ports: [{ port: TRANSPORT_PORT }, ...this.ports] },
      { name: `elastic-operator-to-${name}`, from: operator.pods, to: this.pods, ports: this.ports },
    ]);
  }

  private addCluster(props: ElasticsearchProps, priorityClassName: string | undefined): void {
    const { name, namespace } = this;
    const { version, highAvailability } = { ...elasticsearchDefaults, ...props };
    const account = new k8s.KubeServiceAccount(this, "Account", {
      metadata: { name: `${name}-es`, namespace },
      automountServiceAccountToken: false,
    });
    const surroundings = { cluster: name, serviceAccountName: account.name, priorityClassName, highAvailability };
    const spec: ElasticsearchSpec = {
      version,
      image: imageFor(this, imageOf(version)),
      volumeClaimDeletePolicy: "DeleteOnScaledownOnly",
      nodeSets: Object.entries(props.nodeSets).map(([set, settings]) => nodeSet(set, settings, surroundings)),
      ...(props.maxUnavailable !== undefined && { podDisruptionBudget: { spec: { maxUnavailable: props.maxUnavailable } } }),
    };
    new ApiObject(this, "Resource", {
      apiVersion: "elasticsearch.k8s.elastic.co/v1",
      kind: "Elasticsearch",
      metadata: { name, namespace },
      spec,
    });
  }
}

/** The pinned image at another version of the stack. */
function imageOf(version: string): string {
  const pinned = parseImage(elasticsearchPin.images.elasticsearch);
  if (!pinned) throw new Error("the pinned image of Elasticsearch is no image reference");
  return formatImage({ ...pinned, tag: version });
}
