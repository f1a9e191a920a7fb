/** The Strimzi operator: reconciles Kafka clusters. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/strimzi/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { PodsEnd } from "#lib/kube/network";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { kafkaAlerts } from "./alerts";
import { kafkaDashboard } from "./dashboard";
import { kafkaPin } from "./pin";
import { type KafkaOperatorProps, kafkaOperatorSchema } from "./schema";
import { kafkaOperatorValues, OPERATOR_METRICS_PORT } from "./values";

/** Release name of the chart. */
const RELEASE = "strimzi-kafka-operator";
/** Name of the operator's pods, whatever the release is called. Source: the chart's 060-Deployment-strimzi-cluster-operator.yaml. */
const NAME = "strimzi-cluster-operator";

/** Context of the operator. */
export interface KafkaOperatorPlace {
  /** Namespaces with clusters; the operator watches no others besides its own. @default ["kafka"] */
  readonly watchNamespaces?: readonly string[];
}

/** The Strimzi operator. */
export class KafkaOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: KafkaOperatorProps & KafkaOperatorPlace = {}) {
    super(scope, id);
    const { watchNamespaces = ["kafka"], ...own } = props;
    setOwner(this, kafkaPin.name);
    const settings = settingsOf(this, kafkaOperatorSchema, own, {
      checks: operatorChecks({ schema: kafkaOperatorSchema, pin: kafkaPin }),
    });
    const made = installOperator(this, {
      pin: kafkaPin,
      settings,
      definitions,
      values: (context) => kafkaOperatorValues(settings, { ...context, watchNamespaces }),
      namespace: "strimzi",
      release: RELEASE,
      labels: { name: NAME },
      metrics: { port: OPERATOR_METRICS_PORT },
      monitoring: { alerts: [kafkaAlerts], dashboards: [kafkaDashboard] },
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.monitoring = made.monitoring;
  }
}
