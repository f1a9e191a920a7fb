/** Dashboard of OAuth2 Proxy. */

import type { DashboardContent } from "#lib/kube/monitoring";

const PROXY = 'beamstack_iac_oauth2_proxy=~"$route"';

/** Requests to UIs behind proxies. */
export const oauth2ProxyDashboard: DashboardContent = {
  uid: "beamstack-oauth2-proxy",
  title: "OAuth2 Proxy",
  variables: [{ name: "route", metric: "oauth2_proxy_requests_total", label: "beamstack_iac_oauth2_proxy" }],
  rows: [
    {
      title: "Requests",
      panels: [
        {
          title: "Requests by status",
          type: "series",
          unit: "ops",
          description: "Requests for each second, by HTTP status.",
          queries: { "{{code}}": `sum by (code) (rate(oauth2_proxy_requests_total{${PROXY}}[5m]))` },
        },
        {
          title: "Time to answer",
          type: "series",
          unit: "s",
          description: "Time within which 95 of 100 requests are answered.",
          queries: {
            "{{beamstack_iac_oauth2_proxy}}": `histogram_quantile(0.95, sum by (beamstack_iac_oauth2_proxy, le) (rate(oauth2_proxy_response_duration_seconds_bucket{${PROXY}}[5m])))`,
          },
        },
      ],
    },
  ],
};
