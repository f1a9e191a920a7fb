/** The MachineDeployment or MachinePool of a pool. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { MachineDeploymentSpec, MachinePoolSpec } from "#lib/imports/cluster-api/index";
import { setOwner } from "#lib/kube/ownership";
import type { MachineNodes } from "#lib/kube/provisioning";
import { scalingAnnotations } from "./autoscaling";
import { clusterApiPin } from "./pin";
import type { ClusterApiSettings } from "./schema";

/** Props of a {@link MachineNodePool}. */
export interface MachineNodePoolProps {
  readonly pool: MachineNodes;
  readonly settings: ClusterApiSettings;
}

const CLUSTER = "cluster.x-k8s.io/cluster-name";
const DEPLOYMENT = "cluster.x-k8s.io/deployment-name";

/** Machines of one pool. What webhooks of Cluster API would fill in is set, so that a second run changes nothing. */
export class MachineNodePool extends Construct {
  public constructor(scope: Construct, id: string, { pool, settings }: MachineNodePoolProps) {
    super(scope, id);
    setOwner(this, clusterApiPin.name);
    const isDeployment = pool.kind === "machine-deployment";
    new ApiObject(this, "Resource", {
      apiVersion: "cluster.x-k8s.io/v1beta2",
      kind: isDeployment ? "MachineDeployment" : "MachinePool",
      metadata: {
        name: pool.name,
        namespace: settings.namespace,
        labels: { [CLUSTER]: settings.cluster },
        annotations: scalingAnnotations(pool),
      },
      spec: isDeployment ? deploymentSpec(pool, settings) : machinePoolSpec(pool, settings),
    });
  }
}

function deploymentSpec(pool: MachineNodes, settings: ClusterApiSettings): MachineDeploymentSpec {
  const own = { [CLUSTER]: settings.cluster, [DEPLOYMENT]: pool.name };
  const [zone] = pool.zones;
  return {
    clusterName: settings.cluster,
    ...replicas(pool),
    selector: { matchLabels: own },
    rollout: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
    template: {
      metadata: { labels: { ...pool.labels, ...own } },
      spec: { ...machineSpec(pool, settings), ...(zone !== undefined && { failureDomain: zone }) },
    },
  };
}

function machinePoolSpec(pool: MachineNodes, settings: ClusterApiSettings): MachinePoolSpec {
  return {
    clusterName: settings.cluster,
    ...replicas(pool),
    ...(pool.zones.length > 0 && { failureDomains: [...pool.zones] }),
    template: {
      metadata: { labels: { ...pool.labels } },
      spec: { ...machineSpec(pool, settings), deletion: { nodeDeletionTimeoutSeconds: 10 } },
    },
  };
}

/** An autoscaler owns the number of machines between its bounds. */
function replicas({ nodes }: MachineNodes): { readonly replicas?: number } {
  return typeof nodes === "number" ? { replicas: nodes } : {};
}

function machineSpec({ infrastructure, bootstrap }: MachineNodes, { cluster, version }: ClusterApiSettings) {
  return { clusterName: cluster, version, infrastructureRef: infrastructure, bootstrap: { configRef: bootstrap } };
}
