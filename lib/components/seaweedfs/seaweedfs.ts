/** A SeaweedFS cluster: object storage in the cluster, with the S3 API. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { SecretRef } from "#lib/core/secret-ref";
import type { BucketAsk, BucketFlow, BucketLocation, IBucket, IObjectStore } from "#lib/kube/bucket";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowPort, type PodsEnd, pods } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { seaweedfsProblems } from "./checks";
import { PARTS, partLabels } from "./labels";
import { seaweedfsPin } from "./pin";
import { type SeaweedfsProps, type SeaweedfsSettings, seaweedfsSchema } from "./schema";
import { SeaweedBucket } from "./seaweed-bucket";
import { METRICS_PORT, S3_PORT, S3_TLS_PORT, seaweedSpec } from "./spec";

/** Ports by which the operator administers a cluster: HTTP and gRPC of masters, volume servers and filers. Source: api/v1/seaweed_types.go. */
const ADMIN_PORTS: readonly FlowPort[] = [9333, 19_333, 8444, 18_444, 8888, 18_888].map((port) => ({ port }));

/** SeaweedFS takes any region. */
const REGION = "us-east-1";

/** Name of a cluster and its operator. */
export interface SeaweedfsPlace {
  readonly name: string;
  /** The operator, which needs a network flow to the cluster. */
  readonly operator: { readonly pods: PodsEnd };
}

/** A SeaweedFS cluster. */
export class Seaweedfs extends Construct implements IObjectStore, IMonitored {
  public readonly name: string;
  public readonly namespace: string;
  /** Address of the S3 API inside the cluster. */
  public readonly endpoint: string;
  public readonly monitoring: Monitoring;
  /** CA of the S3 API, in each client's namespace. */
  public readonly ca?: SecretRef;
  /** Network flows of clients. */
  public readonly flows: readonly BucketFlow[];

  public constructor(scope: Construct, id: string, props: SeaweedfsProps & SeaweedfsPlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, seaweedfsPin.name);
    const settings = settingsOf(this, seaweedfsSchema, own, { checks: (each, path) => seaweedfsProblems(name, each, path) });
    const { namespace, tls, pool } = settings;
    const port = tls ? S3_TLS_PORT : S3_PORT;
    this.name = name;
    this.namespace = namespace;
    this.endpoint = tls ? `https://${name}-s3-tls.${namespace}.svc:${port}` : `http://${name}-s3.${namespace}.svc:${port}`;
    if (tls?.ca) this.ca = tls.ca;
    this.flows = [{ name: "store", to: pods(namespace, partLabels(name, "s3")), ports: [{ port }] }];
    const every = pods(namespace, partLabels(name));
    this.monitoring = { targets: [monitored(name, every)] };
    this.addCluster(settings);
    if (tls) this.addTlsService();
    this.addDisruptionBudgets(settings);
    // Node pools are destroyed after their workloads.
    if (pool) this.node.addDependency(pool);
    allow(this, [
      { name: `${name}-seaweedfs`, from: every, to: every, ports: [] },
      { name: `seaweedfs-operator-to-${name}`, from: operator.pods, to: every, ports: ADMIN_PORTS },
    ]);
  }

  public addBucket(scope: Construct, ask: BucketAsk): IBucket {
    const { endpoint } = this;
    const { bucket, prefix } = ask;
    const location: BucketLocation = {
      api: "s3",
      bucket,
      ...(prefix !== undefined && { prefix }),
      region: REGION,
      endpoint,
      pathStyle: true,
    };
    return new SeaweedBucket(scope, "Bucket", { ask, store: this, location });
  }

  private addCluster(settings: SeaweedfsSettings): void {
    const { name, namespace } = this;
    const account = new k8s.KubeServiceAccount(this, "Account", {
      metadata: { name: `${name}-seaweedfs`, namespace },
      automountServiceAccountToken: false,
    });
    const spec = seaweedSpec(settings, {
      name,
      image: imageFor(this, seaweedfsPin.images.seaweedfs),
      serviceAccountName: account.name,
      priorityClassName: priorityOf(this),
    });
    new ApiObject(this, "Resource", { apiVersion: "seaweed.seaweedfs.com/v1", kind: "Seaweed", metadata: { name, namespace }, spec });
  }

  /** The operator's Service has the plain port only. */
  private addTlsService(): void {
    new k8s.KubeService(this, "TlsService", {
      metadata: { name: `${this.name}-s3-tls`, namespace: this.namespace },
      spec: {
        selector: partLabels(this.name, "s3"),
        ports: [{ name: "s3-https", port: S3_TLS_PORT, targetPort: k8s.IntOrString.fromNumber(S3_TLS_PORT) }],
      },
    });
  }

  /** The operator creates none. For a single pod a budget would only block the drain of its node. */
  private addDisruptionBudgets(settings: SeaweedfsSettings): void {
    for (const part of PARTS.filter((one) => settings[one].replicas > 1)) {
      new k8s.KubePodDisruptionBudget(this, `DisruptionBudget-${part}`, {
        metadata: { name: `${this.name}-${part}`, namespace: this.namespace },
        spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: partLabels(this.name, part) } },
      });
    }
  }
}

/** Labels of series: the cluster, and what its pod does. */
function monitored(name: string, every: PodsEnd) {
  const podLabels = ["app.kubernetes.io/instance", "app.kubernetes.io/component"];
  return { name: `seaweedfs-${every.namespace}.${name}`, pods: every, port: METRICS_PORT, podLabels };
}
