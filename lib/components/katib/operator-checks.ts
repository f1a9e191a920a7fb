/** Rules on a controller that this environment installs. */

import type { Problem } from "#lib/core/problem";
import { postgresProblems } from "#lib/kube/database-clients";
import type { KatibOperatorSettings } from "./schema";

/** What the environment has. */
export interface KatibSurroundings {
  /** Does something issue certificates? */
  readonly issuer: boolean;
  /** Are webhooks in the host's network? */
  readonly onHost: boolean;
}

/** Problems of the controller; `path` is its path in the file. */
export function operatorProblems({ database }: KatibOperatorSettings, { issuer, onHost }: KatibSurroundings, path: string): Problem[] {
  return [
    ...(database === undefined ? [noDatabase(path)] : []),
    // Katib speaks to MySQL without TLS only. Source: Katib v0.19.0, pkg/db/v1beta1/mysql/mysql.go.
    ...(database === undefined ? [] : postgresProblems(database, { id: "katib.database-engine", path: `${path}.database` })),
    ...(issuer ? [] : [noIssuer(path)]),
    ...(onHost ? [webhookOnHost(path)] : []),
  ];
}

function noDatabase(path: string): Problem {
  return {
    id: "katib.no-database",
    path: `${path}.database`,
    got: "no database",
    allowed: "a database of PostgreSQL for the metrics of trials",
    fix: "set database to one of databases",
  };
}

function noIssuer(path: string): Problem {
  return {
    id: "katib.no-certificates",
    path,
    got: "an environment without cert-manager",
    allowed: "katib together with certManager: its webhooks need a certificate",
    fix: "add the section certManager",
  };
}

function webhookOnHost(path: string): Problem {
  return {
    id: "katib.webhook-on-host",
    path,
    got: "webhooks in the host's network",
    allowed: "a cluster whose API server reaches pods",
    fix: 'set network: { webhooks: "pods" }, or leave katib out: its webhook adds the sidecar of trials',
  };
}
