/** Alerts of cert-manager: series that raise them, and series just below. */

import type { AlertCase } from "../../../contract/entry";

const certificate = 'exported_namespace="web", namespace="cert-manager", name="front"';
const NOT_READY = `certmanager_certificate_ready_status{${certificate}, condition="False"}`;
const RENEWAL = `certmanager_certificate_renewal_timestamp_seconds{${certificate}}`;
const ERRORS = 'certmanager_controller_sync_error_count{controller="issuers"}';
const CALLS = 'certmanager_controller_sync_call_count{controller="issuers"}';

/** Every alert with series that raise it and series that do not. */
export const certManagerAlertCases: readonly AlertCase[] = [
  { alert: "CertManagerCertificateNotReady", series: { [NOT_READY]: "1x60" }, at: "40m", raised: true },
  { alert: "CertManagerCertificateNotReady", series: { [NOT_READY]: "1x20 0x60" }, at: "60m", raised: false },
  { alert: "CertManagerRenewalOverdue", series: { [RENEWAL]: "3600x600" }, at: "430m", raised: true },
  { alert: "CertManagerRenewalOverdue", series: { [RENEWAL]: "3600x600" }, at: "410m", raised: false },
  { alert: "CertManagerRenewalOverdue", series: { [RENEWAL]: "0x600" }, at: "500m", raised: false },
  { alert: "CertManagerSyncErrors", series: { [ERRORS]: "0+3x120", [CALLS]: "0+4x120" }, at: "80m", raised: true },
  { alert: "CertManagerSyncErrors", series: { [ERRORS]: "0+1x120", [CALLS]: "0+4x120" }, at: "80m", raised: false },
];
