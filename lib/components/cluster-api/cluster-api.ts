/** Cluster API: makes the machines of a cluster that manages itself. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/cluster-api/index";
import { ManagedKinds } from "#lib/kube/managed-kinds";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { INodeProvisioner, MachineNodes } from "#lib/kube/provisioning";
import { MachineNodePool } from "./machine-node-pool";
import { clusterApiPin } from "./pin";
import { type ClusterApiProps, type ClusterApiSettings, clusterApiSchema } from "./schema";

/** Common settings of the machines of all pools. */
export class ClusterApi extends Construct implements INodeProvisioner {
  /** Settings that pools use. */
  public readonly settings: ClusterApiSettings;

  public constructor(scope: Construct, id: string, props: ClusterApiProps) {
    super(scope, id);
    setOwner(this, clusterApiPin.name);
    this.settings = settingsOf(this, clusterApiSchema, props);
    new ManagedKinds(this, "Kinds", { pin: clusterApiPin, definitions });
  }

  public addPool(scope: Construct, pool: MachineNodes): MachineNodePool {
    return new MachineNodePool(scope, "MachinePool", { pool, settings: this.settings });
  }
}
