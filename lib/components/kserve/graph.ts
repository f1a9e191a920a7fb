/** An inference graph: a router that leads requests through services. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, type FlowPort, type PodsEnd, pods } from "#lib/kube/network";
import { placement } from "#lib/kube/node-pool";
import { setOwner } from "#lib/kube/ownership";
import { podAccount } from "#lib/kube/pod-parts";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { resources } from "#lib/kube/resources";
import { GRAPH_ALERTS } from "./graph-alerts";
import { graphProblems } from "./graph-checks";
import { type GraphServices, nodesOf, servicesOf } from "./graph-nodes";
import { type GraphProps, type GraphSettings, graphSchema } from "./graph-schema";
import { graphLabels, PORT } from "./labels";
import { kservePin } from "./pin";

/** Name of a graph, and what its steps may call. */
export interface InferenceGraphPlace {
  /** Name in the environment. */
  readonly name: string;
  /** Services by name. */
  readonly services: GraphServices;
}

/** An inference graph. */
export class InferenceGraph extends Construct implements IMonitored {
  /** Name of its objects. */
  public readonly resourceName: string;
  /** URL inside the cluster. */
  public readonly url: string;
  /** Pods that answer requests: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly ports: readonly FlowPort[] = [{ port: PORT }];
  public readonly monitoring: Monitoring = { alerts: [GRAPH_ALERTS] };

  public constructor(scope: Construct, id: string, props: GraphProps & InferenceGraphPlace) {
    super(scope, id);
    const { name, services, ...own } = props;
    setOwner(this, kservePin.name);
    const settings = settingsOf(this, graphSchema, own as GraphProps, {
      checks: (each, path) => graphProblems({ name, services }, each, path),
    });
    const { namespace } = settings;
    // A service of the name has a Service of it.
    this.resourceName = `${name}-graph`;
    this.url = `http://${this.resourceName}.${namespace}.svc`;
    this.pods = pods(namespace, graphLabels(this.resourceName));
    if (isSound(this)) this.build(settings, services);
  }

  private build(settings: GraphSettings, services: GraphServices): void {
    const { namespace, replicas, pool, callers } = settings;
    const name = this.resourceName;
    const account = podAccount(this, { name, namespace, annotations: {} });
    const object = new ApiObject(this, "Resource", {
      apiVersion: "serving.kserve.io/v1alpha1",
      kind: "InferenceGraph",
      metadata: {
        name,
        namespace,
        labels: { "networking.kserve.io/visibility": "cluster-local" },
        annotations: { "serving.kserve.io/deploymentMode": "Standard", "serving.kserve.io/autoscalerClass": "none" },
      },
      spec: specOf(settings, { services, account: account.name }),
    });
    object.node.addDependency(account);
    if (pool) this.node.addDependency(pool);
    if (replicas > 1) this.addBudget(namespace);
    const called = servicesOf(settings, services);
    allow(this, [
      ...callers.map((caller) => ({ name: `${caller}-to-${name}`, from: pods(caller), to: this.pods, ports: this.ports })),
      ...called.map((service) => ({ name: `${name}-to-${service.name}`, from: this.pods, to: service.pods, ports: service.ports })),
    ]);
  }

  private addBudget(namespace: string): void {
    new k8s.KubePodDisruptionBudget(this, "DisruptionBudget", {
      metadata: { name: this.resourceName, namespace },
      spec: {
        maxUnavailable: k8s.IntOrString.fromNumber(1),
        selector: { matchLabels: { ...graphLabels(this.resourceName) } },
      },
    });
  }
}

interface GraphContext {
  readonly services: GraphServices;
  readonly account: string;
}

function specOf(settings: GraphSettings, { services, account }: GraphContext) {
  const { timeout, replicas, cpu, memory, pool } = settings;
  const { seconds } = timeout;
  return {
    nodes: nodesOf(settings, services),
    resources: resources({ cpu, memory }),
    // The router stops reading and writing after a minute where nothing is said.
    routerTimeouts: { serverRead: seconds, serverWrite: seconds, serviceClient: seconds },
    minReplicas: replicas,
    maxReplicas: replicas,
    serviceAccountName: account,
    ...placement(pool),
  };
}
