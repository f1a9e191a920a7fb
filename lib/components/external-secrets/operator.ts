/** The External Secrets operator: its controller, webhook and certificate controller. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/external-secrets/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { PodsEnd } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { externalSecretsAlerts } from "./alerts";
import { webhookOnHost } from "./checks";
import { externalSecretsPin } from "./pin";
import { type ExternalSecretsOperatorProps, type ExternalSecretsOperatorSettings, externalSecretsOperatorSchema } from "./schema";
import { externalSecretsValues, PORTS } from "./values";

const WEBHOOK = { "app.kubernetes.io/name": "external-secrets-webhook" };

/** External Secrets: creates Secrets from values of stores. */
export class ExternalSecretsOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** Every pod of the operator: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly monitoring: Monitoring;
  /** Dependency of stores. */
  public readonly operator: Operator;

  public constructor(scope: Construct, id: string, props: ExternalSecretsOperatorProps = {}) {
    super(scope, id);
    setOwner(this, externalSecretsPin.name);
    const settings = settingsOf(this, externalSecretsOperatorSchema, props, {
      checks: operatorChecks<ExternalSecretsOperatorSettings>({
        schema: externalSecretsOperatorSchema,
        pin: externalSecretsPin,
        installed: (_each, path) => (webhooksOnHost(this) ? [webhookOnHost(path)] : []),
      }),
    });
    const made = installOperator(this, {
      pin: externalSecretsPin,
      settings,
      definitions,
      values: (context) => externalSecretsValues(settings, context),
      namespace: "external-secrets",
      labels: {},
      webhooks: [{ port: PORTS.webhook, labels: WEBHOOK }],
      metrics: { port: PORTS.metrics },
      monitoring: { alerts: [externalSecretsAlerts] },
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}
