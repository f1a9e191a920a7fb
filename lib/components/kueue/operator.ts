/** The controller of Kueue. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/kueue/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { kueueAlerts } from "./alerts";
import { METRICS_PORT, WEBHOOK_PORT } from "./configuration";
import { kueueDashboard } from "./dashboard";
import { kueuePin } from "./pin";
import { type KueueOperatorProps, kueueOperatorSchema } from "./schema";
import { kueueValues } from "./values";

/** Port at which the API server asks for the positions of waiting jobs. */
const VISIBILITY_PORT = 8082;

/** Context of the operator. */
export interface KueueOperatorPlace {
  /** Places the pods of a job near to each other. @default false */
  readonly topologies?: boolean;
}

/** Kueue: admits jobs while the quota of their queue is free. */
export class KueueOperator extends Construct implements IMonitored {
  /** Namespace of the controller. */
  public readonly namespace: string;
  /** What queues depend on. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: KueueOperatorProps & KueueOperatorPlace = {}) {
    super(scope, id);
    const { topologies = false, ...own } = props;
    setOwner(this, kueuePin.name);
    const settings = settingsOf(this, kueueOperatorSchema, own, {
      checks: operatorChecks({ schema: kueueOperatorSchema, pin: kueuePin, keeps: ["fairSharing"] }),
    });
    const made = installOperator(this, {
      pin: kueuePin,
      settings,
      definitions,
      values: (context) => kueueValues(settings, { ...context, topologies }),
      namespace: "kueue-system",
      labels: { "control-plane": "controller-manager" },
      canUseHostNetwork: true,
      webhooks: [{ port: WEBHOOK_PORT }, { name: "kueue-visibility", port: VISIBILITY_PORT }],
      metrics: { port: METRICS_PORT, service: { labels: { "app.kubernetes.io/component": "metrics-service" }, port: "https" } },
      monitoring: { alerts: [kueueAlerts()], dashboards: [kueueDashboard()] },
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}
