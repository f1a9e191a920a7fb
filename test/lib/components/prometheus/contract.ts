/** Prometheus in the contract suite. */

import { Prometheus, prometheusPin, prometheusSchema } from "#lib/components/prometheus/index";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";

const prometheus = contractEntry({
  title: "Prometheus",
  pin: prometheusPin,
  schema: prometheusSchema,
  build: (scope, props) => new Prometheus(scope, "Subject", props),
  smallest: {},
  variants: {
    resources: { resources: { prometheus: { limits: { memory: Size.gibibytes(4) } } } },
    existing: { existing: { labels: { team: "observability" } } },
    replicas: { replicas: 2 },
    retention: { retention: Duration.days(30) },
    storage: { storage: { size: Size.gibibytes(50) } },
    scrapeInterval: { scrapeInterval: Duration.seconds(15) },
    grafana: { grafana: { adminSecret: "grafana-admin" } },
    nodeExporter: { nodeExporter: false },
    coreDns: { coreDns: false },
    controlPlane: { controlPlane: true },
  },
  refused: {
    "operators.without-effect-on-existing": { existing: true, replicas: 3 },
    "spec.wrong-value": { replicas: 0 },
    "prometheus.grafana-login": { grafana: {} },
    "prometheus.scrape-too-rare": { scrapeInterval: Duration.minutes(10) },
    "prometheus.retention-too-short": { retention: Duration.minutes(30) },
  },
});

/** What the contract suite tries. */
export const entries = [prometheus];
