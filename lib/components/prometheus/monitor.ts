/** A PodMonitor or ServiceMonitor, and the network flow from Prometheus to its target. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { PodMonitorSpec, ServiceMonitorSpec } from "#lib/imports/prometheus-operator/index";
import type { MetricsService, MetricsTarget } from "#lib/kube/monitoring";
import { Flow } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { prometheusPin } from "./pin";
import type { Prometheus, PrometheusPartProps } from "./prometheus";

/** Token of Prometheus' own ServiceAccount, which may read /metrics everywhere. Source: kube-prometheus-stack 88.5.3, prometheus/clusterrole.yaml. */
const TOKEN_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** Props of a {@link Monitor}. */
export interface MonitorProps extends PrometheusPartProps {
  readonly prometheus: PrometheusPartProps["prometheus"] & Pick<Prometheus, "scrapers">;
  readonly target: MetricsTarget;
}

/** Scrapes a target. */
export class Monitor extends Construct {
  public constructor(scope: Construct, id: string, { prometheus, target }: MonitorProps) {
    super(scope, id);
    setOwner(this, prometheusPin.name);
    const { name, pods, port, service } = target;
    new ApiObject(this, "Resource", {
      apiVersion: "monitoring.coreos.com/v1",
      metadata: { name, namespace: prometheus.namespace, labels: { ...prometheus.labels } },
      ...(service ? { kind: "ServiceMonitor", spec: serviceMonitor(target, service) } : { kind: "PodMonitor", spec: podMonitor(target) }),
    });
    new Flow(this, "Flow", { name: `scrape-${name}`, from: prometheus.scrapers, to: pods, ports: [{ port }] });
  }
}

/** No CA outside of the product has signed the certificates of pods. */
const UNCHECKED_TLS = { scheme: "https", tlsConfig: { insecureSkipVerify: true } } as const;

function podMonitor({ pods, port, path = "/metrics", podLabels = [], encrypted = false }: MetricsTarget): PodMonitorSpec {
  return {
    namespaceSelector: { matchNames: [pods.namespace] },
    selector: { matchLabels: { ...pods.labels } },
    ...(podLabels.length > 0 && { podTargetLabels: [...podLabels] }),
    podMetricsEndpoints: [{ portNumber: port, path, ...(encrypted && UNCHECKED_TLS) }],
  };
}

/** Of a Service, because a PodMonitor cannot send the token of Prometheus. */
function serviceMonitor(
  { pods, path = "/metrics", podLabels = [] }: MetricsTarget,
  { labels, port, name }: MetricsService,
): ServiceMonitorSpec {
  return {
    namespaceSelector: { matchNames: [pods.namespace] },
    selector: { matchLabels: { ...labels } },
    ...(podLabels.length > 0 && { podTargetLabels: [...podLabels] }),
    endpoints: [
      {
        port,
        path,
        bearerTokenFile: TOKEN_FILE,
        ...UNCHECKED_TLS,
        ...(name !== undefined && {
          relabelings: [{ action: "keep", sourceLabels: ["__meta_kubernetes_service_name"], regex: name }],
        }),
      },
    ],
  };
}
