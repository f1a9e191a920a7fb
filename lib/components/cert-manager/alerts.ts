/** Alert rules on cert-manager's metrics. Source: cert-manager v1.21.1, internal/collectors/certificate_collector.go and pkg/metrics/metrics.go. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Prometheus sets labels of its own, and renames those of the metric that have the same name. */
const CERTIFICATE = "exported_namespace, namespace, name";
const NAMED = "{{ $labels.exported_namespace }}{{ if not $labels.exported_namespace }}{{ $labels.namespace }}{{ end }}/{{ $labels.name }}";

const OVERDUE = Duration.hours(6);

/** Every alert about certificates. */
export const certManagerAlerts: AlertGroup = {
  name: "cert-manager",
  alerts: [
    {
      name: "CertManagerCertificateNotReady",
      expression: `max by (${CERTIFICATE}) (certmanager_certificate_ready_status{condition!="True"}) == 1`,
      lasting: Duration.minutes(30),
      severity: "critical",
      summary: `certificate ${NAMED} is not issued`,
      runbook: "read the conditions of the Certificate and its CertificateRequest: the issuer, its account, the names that it may sign",
    },
    {
      name: "CertManagerRenewalOverdue",
      // A certificate that was never issued has the time 0.
      expression: `max by (${CERTIFICATE}) (certmanager_certificate_renewal_timestamp_seconds > 0) < time() - ${OVERDUE.seconds}`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: `certificate ${NAMED} should have been renewed ${OVERDUE} ago, and will expire`,
      runbook: "read the events of the Certificate and its CertificateRequest, then the log of Deployment cert-manager",
    },
    {
      name: "CertManagerSyncErrors",
      expression:
        "sum by (controller) (increase(certmanager_controller_sync_error_count[30m])) > 0.5 * sum by (controller) (increase(certmanager_controller_sync_call_count[30m]))",
      lasting: Duration.minutes(30),
      severity: "warning",
      summary: "the controller {{ $labels.controller }} of cert-manager fails in most of its work",
      runbook: "read the log of Deployment cert-manager: permissions, an issuer that does not answer",
    },
  ],
};
