/** A cohort: queues that lend each other what they do not use. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { CohortSpec } from "#lib/imports/kueue/index";
import { setOwner } from "#lib/kube/ownership";
import { kueuePin } from "./pin";
import type { CohortSettings } from "./schema";

/** A cohort. */
export class Cohort extends Construct {
  public readonly name: string;

  public constructor(scope: Construct, id: string, { name, parent, weight }: CohortSettings & { readonly name: string }) {
    super(scope, id);
    setOwner(this, kueuePin.name);
    this.name = name;
    const spec: CohortSpec = {
      ...(parent !== undefined && { parentName: parent }),
      ...(weight !== undefined && { fairSharing: { weight: String(weight) } }),
    };
    new ApiObject(this, "Resource", { apiVersion: "kueue.x-k8s.io/v1beta2", kind: "Cohort", metadata: { name }, spec });
  }
}
