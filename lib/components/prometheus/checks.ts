/** Rules on Prometheus's props that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import type { PrometheusSettings } from "./schema";

/** Problems of the settings; `path` is their path in the file. */
export function prometheusProblems({ retention, scrapeInterval, grafana }: PrometheusSettings, path: string): Problem[] {
  return [
    ...(grafana && (grafana.adminSecret === undefined) === (grafana.adminPassword === undefined) ? [oneLogin(path)] : []),
    ...timeProblems({ retention, scrapeInterval }, path),
  ];
}

function oneLogin(path: string): Problem {
  return {
    id: "prometheus.grafana-login",
    path: `${path}.grafana`,
    got: "not exactly one of adminSecret and adminPassword",
    allowed: "adminSecret for a Secret that exists, or adminPassword for a value of a store",
    fix: "keep one of the two",
  };
}

function timeProblems({ retention, scrapeInterval }: Pick<PrometheusSettings, "retention" | "scrapeInterval">, path: string): Problem[] {
  // Alert rules have ranges of 15 minutes: with too few samples they would never fire.
  if (scrapeInterval.seconds > 300) return [tooRare(scrapeInterval.toString(), path)];
  return retention.seconds < 3600 ? [tooShort(retention.toString(), path)] : [];
}

function tooRare(got: string, path: string): Problem {
  return {
    id: "prometheus.scrape-too-rare",
    path: `${path}.scrapeInterval`,
    got,
    allowed: "at most 5m",
    fix: "scrape more often: rules that look back 15m need at least 3 samples",
  };
}

function tooShort(got: string, path: string): Problem {
  return {
    id: "prometheus.retention-too-short",
    path: `${path}.retention`,
    got,
    allowed: "at least 1h",
    fix: "keep samples longer: rules and dashboards look back up to an hour",
  };
}
