/** The operator of Milvus. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/milvus/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { PodsEnd } from "#lib/kube/network";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { milvusAlerts } from "./alerts";
import { milvusDashboard } from "./dashboard";
import { milvusPin } from "./pin";
import { type MilvusOperatorProps, milvusOperatorSchema } from "./schema";
import { milvusOperatorValues } from "./values";

/** Release name of the chart, and its full name. */
const RELEASE = "milvus-operator";

/** Port of the operator's metrics. Source: the chart's deployment.yaml. */
const METRICS_PORT = 8080;

/** The operator. */
export class MilvusOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  /** Dependency of the product's objects. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: MilvusOperatorProps = {}) {
    super(scope, id);
    setOwner(this, milvusPin.name);
    const settings = settingsOf(this, milvusOperatorSchema, props, {
      checks: operatorChecks({ schema: milvusOperatorSchema, pin: milvusPin }),
    });
    const made = installOperator(this, {
      pin: milvusPin,
      settings,
      definitions,
      values: (context) => milvusOperatorValues(settings, context),
      namespace: "milvus-operator",
      release: RELEASE,
      labels: { "app.kubernetes.io/name": "milvus-operator" },
      metrics: { port: METRICS_PORT },
      monitoring: { alerts: [milvusAlerts], dashboards: [milvusDashboard] },
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}
