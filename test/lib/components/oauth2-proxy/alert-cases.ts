/** For each alert of OAuth2 Proxy: series that raise it and series that do not. */

import type { AlertCase } from "../../../contract/entry";

const POD = 'namespace="oauth2-proxy", beamstack_iac_oauth2_proxy="mlflow", pod="a"';
const total = (code: number, increase: number) => ({ [`oauth2_proxy_requests_total{${POD}, code="${code}"}`]: `0+${increase}x60` });

/** What promtool tries. */
export const oauth2ProxyAlertCases: readonly AlertCase[] = [
  { alert: "OAuth2ProxyDown", series: { [`up{${POD}}`]: "0x20" }, at: "10m", raised: true },
  { alert: "OAuth2ProxyDown", series: { [`up{${POD}}`]: "0x20", [`up{${POD.replace('"a"', '"b"')}}`]: "1x20" }, at: "10m", raised: false },
  { alert: "OAuth2ProxyRequestsFailing", series: { ...total(502, 20), ...total(200, 80) }, at: "30m", raised: true },
  // Redirects to the sign-in are no faults.
  { alert: "OAuth2ProxyRequestsFailing", series: { ...total(502, 5), ...total(302, 95) }, at: "30m", raised: false },
];
