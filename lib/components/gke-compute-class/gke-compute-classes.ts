/** GKE's compute classes: GKE creates node pools when pods need them. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/gke-compute-class/index";
import { ManagedKinds } from "#lib/kube/managed-kinds";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { INodeProvisioner, RankedNodes } from "#lib/kube/provisioning";
import { ComputeClass } from "./compute-class";
import { gkeComputeClassPin } from "./pin";
import { type GkeComputeClassProps, type GkeComputeClassSettings, gkeComputeClassSchema } from "./schema";

/** Common settings of the nodes of all compute classes. */
export class GkeComputeClasses extends Construct implements INodeProvisioner {
  /** GKE installs the driver on its images, whatever their family. */
  public readonly nodeImage = "gke";
  /** Settings that pools use. */
  public readonly settings: GkeComputeClassSettings;

  public constructor(scope: Construct, id: string, props: GkeComputeClassProps) {
    super(scope, id);
    setOwner(this, gkeComputeClassPin.name);
    this.settings = settingsOf(this, gkeComputeClassSchema, props);
    new ManagedKinds(this, "Kinds", { pin: gkeComputeClassPin, definitions });
  }

  public addPool(scope: Construct, pool: RankedNodes): ComputeClass {
    return new ComputeClass(scope, "ComputeClass", { pool, settings: this.settings });
  }
}
