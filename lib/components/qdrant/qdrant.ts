/** A Qdrant cluster: stores vectors. */

import { Construct } from "constructs";
import { imageFor } from "#lib/kube/images";
import type { IndexPlan, IndexShape } from "#lib/kube/index-plan";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowPort, type PodsEnd, pods } from "#lib/kube/network";
import { Operator } from "#lib/kube/operator";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { IVectorStore, StoreAuth, StoreEndpoint } from "#lib/kube/vector-store";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { qdrantAlerts } from "./alerts";
import { productionProblems, qdrantProblems } from "./checks";
import { qdrantIndexPlan } from "./index-plan";
import { qdrantPin } from "./pin";
import { type QdrantProps, qdrantSchema } from "./schema";
import { PORTS, podLabels, qdrantValues } from "./values";

/** Name of a cluster. */
export interface QdrantPlace {
  /** Name of the cluster, its release and its Service. */
  readonly name: string;
  /** Must it survive the loss of a node? @default false */
  readonly production?: boolean;
  /** Does it bring the alerts about all clusters? @default true */
  readonly alerts?: boolean;
}

/** A Qdrant cluster. */
export class Qdrant extends Construct implements IVectorStore, IMonitored, IWebInterface {
  public readonly name: string;
  public readonly namespace: string;
  public readonly endpoints: readonly StoreEndpoint[];
  public readonly auth: StoreAuth;
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[] = [{ port: PORTS.http }, { port: PORTS.grpc }];
  public readonly monitoring: Monitoring;
  /** The dashboard, below /dashboard. */
  public readonly webInterface: WebInterface;

  public constructor(scope: Construct, id: string, props: QdrantProps & QdrantPlace) {
    super(scope, id);
    const { name, production = false, alerts = true, ...own } = props;
    setOwner(this, qdrantPin.name);
    const settings = settingsOf(this, qdrantSchema, own, {
      checks: (each, path) => [...qdrantProblems(name, each, path), ...(production ? productionProblems(each, path) : [])],
    });
    const { namespace, apiKey, pool } = settings;
    const host = `${name}.${namespace}.svc`;
    this.name = name;
    this.namespace = namespace;
    this.endpoints = [
      { protocol: "http", service: name, url: `http://${host}:${PORTS.http}` },
      { protocol: "grpc", service: name, url: `http://${host}:${PORTS.grpc}` },
    ];
    this.auth = apiKey ? { type: "api-key", key: apiKey } : { type: "none" };
    this.pods = pods(namespace, podLabels(name));
    this.webInterface = {
      service: name,
      namespace,
      port: PORTS.http,
      pods: this.pods,
      ports: [{ port: PORTS.http }],
      authentication: apiKey ? "own" : "none",
    };
    const target = { name: `qdrant-${namespace}.${name}`, pods: this.pods, port: PORTS.http, podLabels: ["app.kubernetes.io/instance"] };
    this.monitoring = { targets: apiKey ? [] : [target], ...(alerts && { alerts: [qdrantAlerts] }) };
    new Operator(this, "Chart", {
      pin: qdrantPin,
      namespace,
      releaseName: name,
      values: qdrantValues(settings, { name, image: imageFor(this, qdrantPin.images.operator), priority: priorityOf(this) }),
      definitions: () => [],
    });
    // Node pools are destroyed after their workloads.
    if (pool) this.node.addDependency(pool);
    allow(this, [{ name: `${name}-qdrant-nodes`, from: this.pods, to: this.pods, ports: Object.values(PORTS).map((port) => ({ port })) }]);
  }

  public indexPlan(shape: IndexShape): IndexPlan {
    return qdrantIndexPlan(shape);
  }
}
