/** Prometheus with its operator, Alertmanager and, if its password is in a Secret, Grafana. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { definitions } from "#lib/imports/prometheus-operator/index";
import { imageFor } from "#lib/kube/images";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import { ANYWHERE, allow, OUTSIDE, type PodsEnd, pods, webhookFlow } from "#lib/kube/network";
import { Operator, operatorMode } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { addRequirements } from "#lib/kube/requirement";
import { prometheusProblems } from "./checks";
import { prometheusPin } from "./pin";
import { type PrometheusProps, type PrometheusSettings, prometheusSchema } from "./schema";
import { prometheusValues, storageSpec } from "./values";

/** Release name of the chart: prefix of the names of its objects. */
const RELEASE = "kube-prometheus-stack";
/** Port of the operator's webhook. Source: prometheusOperator.tls.internalPort of the chart. */
const WEBHOOK_PORT = 10_250;

/** Ports of node targets: kubelet, node exporter, CoreDNS. Sources: kubelet's --port; values prometheus-node-exporter.service.port and coreDns.service.port of the chart. */
const NODE_PORTS = [{ port: 10_250 }, { port: 9_100 }, { port: 9_153 }];

/** Common props of monitors, alerts and dashboards. */
export interface PrometheusPartProps {
  /** The stack that loads it. */
  readonly prometheus: Pick<Prometheus, "namespace">;
}

/** kube-prometheus-stack. It discovers monitors, rules and dashboards in every namespace. */
export class Prometheus extends Construct {
  /** Namespace of the stack. */
  public readonly namespace: string;
  /** Pods that scrape: the source of network flows to targets. */
  public readonly scrapers: PodsEnd;
  /** Dependency of monitors and rules. */
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
    if (operatorMode(this) === "simulated") this.addSimulatedServers(settings);
    this.addFlows();
    if (settings.grafana) addRequirements(this, [grafanaLogin(settings.grafana.adminSecret, namespace)]);
  }

  /** Replaces the chart's two objects where the operator is simulated, so that their readiness is visible. */
  private addSimulatedServers({ replicas, storage }: PrometheusSettings): void {
    for (const kind of ["Prometheus", "Alertmanager"] as const) {
      new ApiObject(this, kind, {
        apiVersion: "monitoring.coreos.com/v1",
        kind,
        metadata: { name: `${RELEASE}-${kind.toLowerCase()}`, namespace: this.namespace, labels: { [SIMULATED_LABEL]: "true" } },
        spec: { replicas, ...(kind === "Prometheus" && storage && { storage: storageSpec(storage) }) },
      });
    }
  }

  /** Network flows: within the stack, to the API server, to nodes, and egress for notifications. */
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

/** Keys as the chart's value `grafana.admin` expects them. */
function grafanaLogin(name: string, namespace: string) {
  return { type: "secret", name, namespace, keys: ["admin-password", "admin-user"], purpose: "login of Grafana's administrator" } as const;
}
