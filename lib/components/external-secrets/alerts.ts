/** Alert rules on the metrics of External Secrets. Source: External Secrets v2.9.0, pkg/controllers/externalsecret/esmetrics. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Every alert about secrets. */
export const externalSecretsAlerts: AlertGroup = {
  name: "external-secrets",
  alerts: [
    {
      name: "ExternalSecretsSecretNotReady",
      expression:
        'max by (exported_namespace, exported_name, namespace, name) (externalsecret_status_condition{condition="Ready", status="False"}) == 1',
      lasting: Duration.minutes(15),
      severity: "critical",
      summary:
        "Secret {{ $labels.exported_namespace }}{{ $labels.namespace }}/{{ $labels.exported_name }}{{ $labels.name }} is not read from its store",
      runbook: "read the condition of the ExternalSecret and of its SecretStore: the identity, its permissions, the name of the value",
    },
  ],
};
