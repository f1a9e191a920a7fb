/** The controller of Sealed Secrets. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/sealed-secrets/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { sealedSecretsAlerts } from "./alerts";
import { sealedSecretsPin } from "./pin";
import { type SealedSecretsOperatorProps, type SealedSecretsOperatorSettings, sealedSecretsOperatorSchema } from "./schema";
import { sealedSecretsValues } from "./values";

/** Port of the metrics. Source: chart value containerPorts.metrics. */
const METRICS_PORT = 8081;

/** Sealed Secrets: creates Secrets from sealed ones, which only it can read. */
export class SealedSecretsOperator extends Construct implements IMonitored {
  /** Namespace of the controller and of its private keys. */
  public readonly namespace: string;
  /** Dependency of SealedSecrets. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: SealedSecretsOperatorProps = {}) {
    super(scope, id);
    setOwner(this, sealedSecretsPin.name);
    const settings = settingsOf(this, sealedSecretsOperatorSchema, props, {
      checks: operatorChecks<SealedSecretsOperatorSettings>({ schema: sealedSecretsOperatorSchema, pin: sealedSecretsPin }),
    });
    const made = installOperator(this, {
      pin: sealedSecretsPin,
      settings,
      definitions,
      values: (context) => sealedSecretsValues(settings, context),
      namespace: "sealed-secrets",
      labels: { "app.kubernetes.io/name": "sealed-secrets" },
      metrics: { port: METRICS_PORT },
      monitoring: { alerts: [sealedSecretsAlerts] },
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}
