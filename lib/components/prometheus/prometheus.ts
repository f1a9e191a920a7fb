/** Prometheus with its operator, Alertmanager and, where a password exists, Grafana. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { definitions } from "#lib/imports/prometheus-operator/index";
import { imageFor } from "#lib/kube/images";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import { ANYWHERE, allow, OUTSIDE, type PodsEnd, pods, webhookFlow } from "#lib/kube/network";
import { Operator, operatorMode } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { prometheusProblems } from "./checks";
import { prometheusPin } from "./pin";
import { type PrometheusProps, prometheusSchema } from "./schema";
import { prometheusValues } from "./values";

/** Release name of the chart, which begins the name of everything in it. */
const RELEASE = "kube-prometheus-stack";
/** Port of the operator's webhook. Source: prometheusOperator.tls.internalPort of the chart. */
const WEBHOOK_PORT = 10_250;

/** What listens on nodes: kubelet, node exporter, CoreDNS. Sources: kubelet's --port; values prometheus-node-exporter.service.port and coreDns.service.port of the chart. */
const NODE_PORTS = [{ port: 10_250 }, { port: 9_100 }, { port: 9_153 }];

/** What monitors, alerts and dashboards have in common. */
export interface PrometheusPartProps {
  /** The stack that reads it. */
  readonly prometheus: Pick<Prometheus, "namespace">;
}

/** The whole stack. Monitors, rules and dashboards anywhere in the cluster are found by it. */
export class Prometheus extends Construct {
  /** Namespace of the stack. */
  public readonly namespace: string;
  /** Pods that scrape: flows to what they scrape start here. */
  public readonly scrapers: PodsEnd;
  /** What monitors and rules depend on. */
  public readonly operator: Operator;

  public constructor(scope: Construct, id: string, props: PrometheusProps = {}) {
    super(scope, id);
    setOwner(this, prometheusPin.name);
    const settings = settingsOf(this, prometheusSchema, props, { checks: prometheusProblems });
    const namespace = namespaceOf(this) ?? "monitoring";
    this.namespace = namespace;
    this.scrapers = pods(namespace, { "app.kubernetes.io/name": "prometheus" });
    this.operator = new Operator(this, "Operator", {
      pin: prometheusPin,
      namespace,
      releaseName: RELEASE,
      values: prometheusValues(settings, { images: this.images(), priority: priorityOf(this) }),
      definitions,
    });
    if (operatorMode(this) === "simulated") this.addSimulatedServers(settings.replicas);
    this.addFlows();
  }

  /** The chart makes these two objects; where it is not installed they stand in for its own, so that their readiness can be seen. */
  private addSimulatedServers(replicas: number): void {
    for (const kind of ["Prometheus", "Alertmanager"] as const) {
      new ApiObject(this, kind, {
        apiVersion: "monitoring.coreos.com/v1",
        kind,
        metadata: { name: `${RELEASE}-${kind.toLowerCase()}`, namespace: this.namespace, labels: { [SIMULATED_LABEL]: "true" } },
        spec: { replicas },
      });
    }
  }

  /** Inside the stack everybody talks to everybody; it reads the API server and the nodes, and sends alerts out. */
  private addFlows(): void {
    const all = pods(this.namespace);
    const operatorPods = pods(this.namespace, { app: `${RELEASE}-operator` });
    allow(this, [
      { name: "monitoring-internal", from: all, to: all, ports: [] },
      { name: "monitoring-outside", from: all, to: OUTSIDE, ports: [] },
      { name: "monitoring-nodes", from: this.scrapers, to: ANYWHERE, ports: NODE_PORTS },
      webhookFlow(RELEASE, operatorPods, WEBHOOK_PORT),
    ]);
  }

  private images() {
    const { images } = prometheusPin;
    return {
      operator: imageFor(this, images.operator),
      configReloader: imageFor(this, images.configReloader),
      webhookCertificate: imageFor(this, images.webhookCertificate),
      prometheus: imageFor(this, images.prometheus),
      alertmanager: imageFor(this, images.alertmanager),
      grafana: imageFor(this, images.grafana),
      grafanaSidecar: imageFor(this, images.grafanaSidecar),
      kubeStateMetrics: imageFor(this, images.kubeStateMetrics),
      nodeExporter: imageFor(this, images.nodeExporter),
    };
  }
}
