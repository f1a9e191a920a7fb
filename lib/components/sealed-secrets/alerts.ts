/** Alert rules on the metrics of Sealed Secrets. Source: Sealed Secrets v0.40.0, pkg/controller/metrics.go. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Every alert about sealed secrets. */
export const sealedSecretsAlerts: AlertGroup = {
  name: "sealed-secrets",
  alerts: [
    {
      name: "SealedSecretsNotUnsealed",
      expression: 'max by (exported_namespace, namespace, name) (sealed_secrets_controller_condition_info{condition="Synced"}) == -1',
      lasting: Duration.minutes(15),
      severity: "critical",
      summary: "SealedSecret {{ $labels.exported_namespace }}/{{ $labels.name }} gives no Secret",
      runbook:
        "read its condition Synced: sealed with another cluster's key, renamed after it was sealed, or a Secret of that name belongs to somebody else; seal it again",
    },
  ],
};
