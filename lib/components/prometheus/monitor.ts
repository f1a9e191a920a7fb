/** A PodMonitor, and the network flow from Prometheus to its target. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { PodMonitorSpec } from "#lib/imports/prometheus-operator/index";
import type { MetricsTarget } from "#lib/kube/monitoring";
import { Flow } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { prometheusPin } from "./pin";
import type { Prometheus, PrometheusPartProps } from "./prometheus";

/** Props of a {@link Monitor}. */
export interface MonitorProps extends PrometheusPartProps {
  readonly prometheus: Pick<Prometheus, "namespace" | "scrapers">;
  readonly target: MetricsTarget;
}

/** Scrapes a target. */
export class Monitor extends Construct {
  public constructor(scope: Construct, id: string, { prometheus, target }: MonitorProps) {
    super(scope, id);
    setOwner(this, prometheusPin.name);
    const { name, pods, port, path = "/metrics", podLabels = [] } = target;
    new ApiObject(this, "Resource", {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { name, namespace: prometheus.namespace },
      spec: {
        namespaceSelector: { matchNames: [pods.namespace] },
        selector: { matchLabels: { ...pods.labels } },
        ...(podLabels.length > 0 && { podTargetLabels: [...podLabels] }),
        podMetricsEndpoints: [{ portNumber: port, path }],
      } satisfies PodMonitorSpec,
    });
    new Flow(this, "Flow", { name: `scrape-${name}`, from: prometheus.scrapers, to: pods, ports: [{ port }] });
  }
}
