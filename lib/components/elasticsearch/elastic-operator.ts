/** The ECK operator: reconciles Elasticsearch objects. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/eck/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { PodsEnd } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { elasticsearchAlerts } from "./alerts";
import { elasticsearchPin } from "./pin";
import { type ElasticOperatorProps, elasticOperatorSchema } from "./schema";
import { elasticOperatorValues, OPERATOR_METRICS_PORT, WEBHOOK_PORTS } from "./values";

/** Release name of the chart, which is also the name of the operator's pods. */
const RELEASE = "elastic-operator";

/** Context of the operator. */
export interface ElasticOperatorPlace {
  /** Namespaces with clusters; the operator watches no others. @default ["elasticsearch"] */
  readonly managedNamespaces?: readonly string[];
}

/** The ECK operator. */
export class ElasticOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: ElasticOperatorProps & ElasticOperatorPlace = {}) {
    super(scope, id);
    const { managedNamespaces = ["elasticsearch"], ...own } = props;
    setOwner(this, elasticsearchPin.name);
    const settings = settingsOf(this, elasticOperatorSchema, own, {
      checks: operatorChecks({ schema: elasticOperatorSchema, pin: elasticsearchPin }),
    });
    const made = installOperator(this, {
      pin: elasticsearchPin,
      settings,
      definitions,
      values: (context) => elasticOperatorValues(settings, { ...context, managedNamespaces }),
      namespace: "elastic-system",
      release: RELEASE,
      labels: { "app.kubernetes.io/name": RELEASE },
      canUseHostNetwork: true,
      webhooks: [{ port: WEBHOOK_PORTS[webhooksOnHost(this) ? "host" : "pods"] }],
      metrics: { port: OPERATOR_METRICS_PORT },
      monitoring: { alerts: [elasticsearchAlerts] },
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.monitoring = made.monitoring;
  }
}
