/** Alert rules on the metrics of OAuth2 Proxy. Source: OAuth2 Proxy 7.15.6, pkg/middleware/metrics.go. */

import { Duration } from "#lib/core/duration";
import type { AlertGroup } from "#lib/kube/monitoring";

/** Labels that tell proxies apart. */
const PROXY = "namespace, beamstack_iac_oauth2_proxy";

/** Share of failed requests from which users notice. */
const FAILED = 0.1;

/** Every alert about OAuth2 Proxy. */
export const oauth2ProxyAlerts: AlertGroup = {
  name: "oauth2-proxy",
  alerts: [
    {
      name: "OAuth2ProxyDown",
      expression: `sum by (${PROXY}) (up{beamstack_iac_oauth2_proxy!=""}) == 0`,
      lasting: Duration.minutes(5),
      severity: "critical",
      summary: "nobody can sign in to {{ $labels.beamstack_iac_oauth2_proxy }}: no pod of its proxy answers",
      runbook: "read the log of its pods: an issuer that is not reached, or a cookie secret of the wrong length",
    },
    {
      name: "OAuth2ProxyRequestsFailing",
      expression:
        `sum by (${PROXY}) (rate(oauth2_proxy_requests_total{code=~"5.."}[5m])) / ` +
        `sum by (${PROXY}) (rate(oauth2_proxy_requests_total[5m])) > ${FAILED}`,
      lasting: Duration.minutes(10),
      severity: "warning",
      summary: "the proxy in front of {{ $labels.beamstack_iac_oauth2_proxy }} fails requests",
      runbook: "502 is the UI behind it, 500 the issuer: read the log of the proxy",
    },
  ],
};
