/** The priority classes of the platform, once per environment. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { setOwner } from "#lib/kube/ownership";
import { prefixed } from "#lib/kube/prefix";
import { PRIORITIES } from "#lib/kube/priority";
import { foundationPin } from "./pin";

/** Every class of `PRIORITIES`. */
export class PriorityClasses extends Construct {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    setOwner(this, foundationPin.name);
    for (const { name, value, preemption, purpose } of PRIORITIES) {
      new k8s.KubePriorityClass(this, name, {
        metadata: { name: prefixed(this, name) },
        value,
        preemptionPolicy: preemption,
        description: purpose,
      });
    }
  }
}
