/** A Ray cluster that stands by itself: its users connect with Ray's client and submit jobs. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { rayClusterProblems } from "./checks";
import { rayClusterSpec } from "./cluster-spec";
import { callerFlows, nodesOf, PORTS } from "./flows";
import { type RayNamePlace, RayNodes } from "./nodes";
import { rayPin } from "./pin";
import { type RayClusterProps, rayClusterSchema } from "./schema";

/** A cluster. */
export class RayCluster extends Construct implements IWebInterface {
  /** Name of the RayCluster. */
  public readonly name: string;
  public readonly namespace: string;
  /** Address for `ray.init`; callers need the token in the Secret of the cluster's name. */
  public readonly clientAddress: string;
  /** The dashboard. */
  public readonly webInterface: WebInterface;

  public constructor(scope: Construct, id: string, props: RayClusterProps & RayNamePlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, rayPin.name);
    const settings = settingsOf(this, rayClusterSchema, own, { checks: (each, path) => rayClusterProblems(name, each, path) });
    const { namespace, faultTolerance, upgrade, clients, queue } = settings;
    this.name = name;
    this.namespace = namespace;
    this.clientAddress = `ray://${name}-head-svc.${namespace}:10001`;
    const entry = queue?.enter(namespace);
    const nodes = new RayNodes(this, "Nodes", {
      name,
      kind: "raycluster",
      settings,
      operator,
      faultTolerance,
      entry,
      flows: (place) => callerFlows(place, clients, ["gcs", "client", "dashboard"]),
    });
    this.webInterface = {
      service: `${name}-head-svc`,
      namespace,
      port: PORTS.dashboard,
      pods: nodesOf({ instance: nodes.context.instance, namespace }, "head"),
      ports: [{ port: PORTS.dashboard }],
      authentication: settings.auth === "token" ? "own" : "none",
    };
    const cluster = new ApiObject(this, "Resource", {
      apiVersion: "ray.io/v1",
      kind: "RayCluster",
      metadata: { name, namespace, labels: { ...entry?.labels } },
      spec: { ...rayClusterSpec(nodes.context, faultTolerance), upgradeStrategy: { type: UPGRADE[upgrade] } },
    });
    cluster.node.addDependency(nodes, ...(entry ? [entry.dependency] : []));
  }
}

const UPGRADE = { recreate: "Recreate", none: "None" } as const;
