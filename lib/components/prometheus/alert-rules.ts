/** A PrometheusRule with alerts. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { PrometheusRuleSpec } from "#lib/imports/prometheus-operator/index";
import type { Alert, AlertGroup } from "#lib/kube/monitoring";
import { setOwner } from "#lib/kube/ownership";
import { prometheusPin } from "./pin";
import type { PrometheusPartProps } from "./prometheus";

/** Props of {@link AlertRules}. */
export interface AlertRulesProps extends PrometheusPartProps {
  readonly group: AlertGroup;
}

/** Alerts of one group. */
export class AlertRules extends Construct {
  public constructor(scope: Construct, id: string, { prometheus, group }: AlertRulesProps) {
    super(scope, id);
    setOwner(this, prometheusPin.name);
    new ApiObject(this, "Resource", {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: { name: group.name, namespace: prometheus.namespace, labels: { ...prometheus.labels } },
      spec: ruleFile(group),
    });
  }
}

/** A group as a rule file: what Prometheus and promtool read. */
export function ruleFile(group: AlertGroup) {
  return { groups: [{ name: group.name, rules: group.alerts.map(rule) }] } satisfies PrometheusRuleSpec & JsonObject;
}

function rule({ name, expression, lasting, severity, labels, summary, runbook }: Alert) {
  return {
    alert: name,
    expr: expression,
    for: `${lasting.seconds}s`,
    labels: { ...labels, severity },
    annotations: { summary, runbook },
  };
}
