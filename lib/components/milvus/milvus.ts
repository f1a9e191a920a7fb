/** A Milvus cluster: stores vectors in a bucket. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import { secretRef } from "#lib/core/secret-ref";
import { bucketAnnotations, bucketFlows, bucketTrust } from "#lib/kube/bucket-clients";
import { imageFor } from "#lib/kube/images";
import type { IndexPlan, IndexShape } from "#lib/kube/index-plan";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowPort, type FlowProps, type PodsEnd, pods } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { podAccount } from "#lib/kube/pod-parts";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { pullSecretsOf } from "#lib/kube/pull-secrets";
import { provideSecret } from "#lib/kube/secret-store";
import { topicFlows } from "#lib/kube/topic-clients";
import type { IVectorStore, StoreAuth, StoreEndpoint } from "#lib/kube/vector-store";
import { clusterProblems, productionProblems } from "./checks";
import { Etcd } from "./etcd";
import { milvusIndexPlan } from "./index-plan";
import { CLIENT_PORT, clusterLabels, INSTANCE_LABEL, METRICS_PORT, serviceOf } from "./labels";
import { milvusPin } from "./pin";
import { queueOf } from "./queue";
import { type MilvusClusterProps, type MilvusClusterSettings, milvusClusterSchema } from "./schema";
import { milvusSpec } from "./spec";
import { storageOf } from "./storage";

/** Ports between components: of the proxy inside, root, query and data coordinator, index, query, data and streaming node. Source: Milvus 2.6, configs/milvus.yaml. */
const COMPONENT_PORTS: readonly FlowPort[] = [CLIENT_PORT, 19_529, 53_100, 19_531, 13_333, 21_121, 21_123, 21_124, 22_222].map((port) => ({
  port,
}));

/** Name of a cluster and its operator. */
export interface MilvusPlace {
  /** Name of the cluster; its Service is `<name>-milvus`. */
  readonly name: string;
  /** The operator, which asks the bucket and etcd before it starts a cluster. */
  readonly operator: { readonly pods: PodsEnd };
  /** Must it survive the loss of a node? @default false */
  readonly production?: boolean;
}

/** A Milvus cluster. */
export class Milvus extends Construct implements IVectorStore, IMonitored {
  public readonly name: string;
  public readonly namespace: string;
  public readonly endpoints: readonly StoreEndpoint[];
  public readonly auth: StoreAuth;
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[] = [{ port: CLIENT_PORT }];
  /** Names of collections have no hyphens. */
  public readonly separator = "_";
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: MilvusClusterProps & MilvusPlace) {
    super(scope, id);
    const { name, operator, production = false, ...own } = props;
    setOwner(this, milvusPin.name);
    const settings = settingsOf(this, milvusClusterSchema, own, {
      checks: (each, path) => [...clusterProblems(name, each, path), ...(production ? productionProblems(each, path) : [])],
    });
    const { namespace, pool } = settings;
    const service = serviceOf(name);
    const url = `http://${service}.${namespace}.svc:${CLIENT_PORT}`;
    this.name = name;
    this.namespace = namespace;
    this.endpoints = [
      { protocol: "http", service, url },
      { protocol: "grpc", service, url },
    ];
    this.pods = pods(namespace, clusterLabels(name));
    const password = this.password(settings);
    this.auth = password ? { type: "basic", user: "root", password } : { type: "none" };
    const callers = { "milvus-operator": operator.pods, [name]: this.pods };
    const etcd = new Etcd(this, "Etcd", { cluster: name, settings, callers, pool });
    const target = {
      name: `milvus-${namespace}.${name}`,
      pods: this.pods,
      port: METRICS_PORT,
      podLabels: [INSTANCE_LABEL, "app.kubernetes.io/component"],
    };
    this.monitoring = { targets: [target, etcd.target] };
    // Node pools are destroyed after their workloads.
    if (pool) this.node.addDependency(pool);
    if (!isSound(this)) return;
    this.addCluster(settings, etcd, password);
    allow(this, this.flows(settings, operator.pods));
  }

  public indexPlan(shape: IndexShape): IndexPlan {
    return milvusIndexPlan(shape);
  }

  /** The password of `root`, in the namespace of the cluster. */
  private password({ rootPassword, namespace }: MilvusClusterSettings): SecretRef | undefined {
    if (!rootPassword) return undefined;
    const { ref, dependency } = provideSecret(rootPassword, { ...secretRef(`${this.name}-milvus-root`, "password"), namespace });
    if (dependency) this.node.addDependency(dependency);
    return ref;
  }

  private addCluster(settings: MilvusClusterSettings, etcd: Etcd, rootPassword: SecretRef | undefined): void {
    const { name, namespace } = this;
    const { bucket, path } = settings;
    const access = bucket.enter(namespace);
    const bucketCa = bucketTrust(access);
    const queue = queueOf(name, settings);
    const account = podAccount(this, { name: serviceOf(name), namespace, annotations: bucketAnnotations(access) });
    const spec = milvusSpec(settings, {
      name,
      images: { operator: imageFor(this, milvusPin.images.operator), milvus: imageFor(this, milvusPin.images.milvus) },
      priorityClassName: priorityOf(this),
      pullSecrets: pullSecretsOf(this),
      serviceAccountName: account.name,
      etcd: etcd.endpoints,
      storage: storageOf(bucket.location, access, { path: `${path}/${name}`, ...(bucketCa && { caFile: bucketCa.file }) }),
      queue,
      trusts: [bucketCa, queue.trust].flatMap((trust) => trust ?? []),
      rootPassword,
    });
    const resource = new ApiObject(this, "Resource", {
      apiVersion: "milvus.io/v1beta1",
      kind: "Milvus",
      metadata: { name, namespace },
      spec,
    });
    resource.node.addDependency(etcd, account, access.dependency, ...queue.dependencies);
  }

  private flows({ bucket, queue }: MilvusClusterSettings, operator: PodsEnd): FlowProps[] {
    const { name } = this;
    const topics = queue.type === "kafka" ? [...new Set([...queue.topics, queue.timeTicks])] : [];
    return [
      { name: `${name}-milvus-components`, from: this.pods, to: this.pods, ports: COMPONENT_PORTS },
      ...bucketFlows(bucket, `milvus.${name}`, this.pods),
      ...bucketFlows(bucket, `milvus-operator.${name}`, operator),
      ...topics.flatMap((topic) => topicFlows(topic, `milvus.${name}`, this.pods)),
    ];
  }
}
