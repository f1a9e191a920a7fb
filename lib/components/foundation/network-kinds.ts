/** The CRD of the network's own policies, where no network brings it. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { definitions } from "#lib/imports/cilium/index";
import { networkOf } from "#lib/kube/network-settings";
import { operatorMode } from "#lib/kube/operator";
import { setOwner } from "#lib/kube/ownership";
import { simulatedKinds } from "#lib/kube/simulation";
import { foundationPin } from "./pin";

/** The CRD of CiliumNetworkPolicy on a simulated cluster; on a real one, Cilium installs it. */
export class NetworkKinds extends Construct {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    setOwner(this, foundationPin.name);
    if (networkOf(this).policies !== "cilium" || operatorMode(this) !== "simulated") return;
    for (const object of simulatedKinds(foundationPin, definitions())) new ApiObject(this, object.metadata.name, object);
  }
}
