/** Pods that are scaled, as an environment declares them. */

import { Construct } from "constructs";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { KedaOperator } from "./operator";
import { kedaPin } from "./pin";
import { type ScalerProps, scalerSchema } from "./schema";

/** Name of a scaler, and what scales. */
export interface ScalerPlace {
  readonly name: string;
  readonly operator: Pick<KedaOperator, "scale">;
}

/** A ScaledObject. */
export class Scaler extends Construct {
  public constructor(scope: Construct, id: string, props: ScalerProps & ScalerPlace) {
    super(scope, id);
    const { name, operator, ...own } = props;
    setOwner(this, kedaPin.name);
    operator.scale(this, { ...settingsOf(this, scalerSchema, own), name });
  }
}
