/** Kinds that the owner of the cluster serves, such as a cloud: nothing is installed for them. */

import { Construct } from "constructs";
import type { KubeObject } from "./object";
import { addSimulatedKinds, operatorMode } from "./operator";
import type { ComponentPin } from "./pin";

/** Props of {@link ManagedKinds}. */
export interface ManagedKindsProps {
  readonly pin: ComponentPin;
  /** CRDs of the kinds; read only where no cloud serves them. */
  readonly definitions: () => readonly KubeObject[];
}

/** Kinds of a managed service. On the embedded control plane, where nobody serves them, their CRDs and a simulator. */
export class ManagedKinds extends Construct {
  public constructor(scope: Construct, id: string, { pin, definitions }: ManagedKindsProps) {
    super(scope, id);
    if (operatorMode(this) === "simulated") addSimulatedKinds(this, pin, definitions());
  }
}
