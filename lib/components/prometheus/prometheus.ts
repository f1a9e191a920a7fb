/** Prometheus with its operator, Alertmanager and, if its password is in a Secret, Grafana. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { definitions } from "#lib/imports/prometheus-operator/index";
import { existingProblems, installationOf, isForeign } from "#lib/kube/existing";
import { imageFor } from "#lib/kube/images";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import type { IMetricsStore } from "#lib/kube/monitoring";
import { ANYWHERE, allow, apiServerFlow, type FlowProps, OUTSIDE, type PodsEnd, pods, webhookFlow } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { Operator, operatorMode } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { addRequirements } from "#lib/kube/requirement";
import { storedValue } from "#lib/kube/secret-store";
import type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
import { prometheusProblems } from "./checks";
import { prometheusPin } from "./pin";
import { type PrometheusProps, type PrometheusSettings, prometheusSchema } from "./schema";
import { GRAFANA_SECRET, prometheusValues, storageSpec } from "./values";

/** Release name of the chart: prefix of the names of its objects. */
const RELEASE = "kube-prometheus-stack";
/** Port of the operator's webhook. On a node 10250 is the kubelet's, and 10260 that of cert-manager's webhook. Source: prometheusOperator.tls.internalPort of the chart. */
const WEBHOOK_PORTS = { pods: 10_250, host: 10_261 } as const;

/** Port of Prometheus and of its Service. Source: chart values prometheus.service.port and .targetPort. */
const PROMETHEUS_PORT = 9_090;
/** Source: kubelet's --port. */
const KUBELET_PORT = 10_250;
/** Source: value prometheus-node-exporter.service.port of the chart. */
const NODE_EXPORTER_PORT = 9_100;
/** CoreDNS, by the labels of the chart's own Service. Sources: values coreDns.service.port and .selector. */
const CORE_DNS = { to: pods("kube-system", { "k8s-app": "kube-dns" }), ports: [{ port: 9_153 }] };
/** Metrics of etcd, kube-proxy, controller manager and scheduler. Source: values kube*.service.targetPort of the chart. */
const CONTROL_PLANE_PORTS = [2_381, 10_249, 10_257, 10_259];

/** Common props of monitors, alerts and dashboards. */
export interface PrometheusPartProps {
  /** The stack that loads it. */
  readonly prometheus: Pick<Prometheus, "namespace"> & Partial<Pick<Prometheus, "labels">>;
}

/** kube-prometheus-stack. It discovers monitors, rules and dashboards in every namespace. */
export class Prometheus extends Construct implements IWebInterface, IMetricsStore {
  /** Namespace of the stack. */
  public readonly namespace: string;
  /** Root of Prometheus' HTTP API. */
  public readonly url: string;
  public readonly ports = [{ port: PROMETHEUS_PORT }];
  /** Pods that scrape: the source of network flows to targets. */
  public readonly scrapers: PodsEnd;
  /** Labels by which it selects monitors and rules. */
  public readonly labels: Readonly<Record<string, string>>;
  /** Dependency of monitors and rules. */
  public readonly operator: Operator;
  /** Grafana. @default none */
  public readonly webInterface: WebInterface | undefined;

  public constructor(scope: Construct, id: string, props: PrometheusProps = {}) {
    super(scope, id);
    setOwner(this, prometheusPin.name);
    const settings = settingsOf(this, prometheusSchema, props, {
      checks: (each, path) => [
        ...prometheusProblems(each, path),
        ...existingProblems(prometheusSchema, each, { pin: prometheusPin, path, keeps: [] }),
      ],
    });
    const installation = installationOf(settings.existing);
    const namespace = namespaceOf(this) ?? "monitoring";
    this.namespace = namespace;
    this.url = installation?.url ?? `http://${RELEASE}-prometheus.${namespace}.svc:${PROMETHEUS_PORT}`;
    this.scrapers = pods(namespace, { "app.kubernetes.io/name": "prometheus" });
    // kube-prometheus-stack selects objects with its release label only, unless told otherwise.
    this.labels = installation ? (installation.labels ?? { release: RELEASE }) : {};
    this.operator = new Operator(this, "Operator", {
      existing: settings.existing,
      pin: prometheusPin,
      namespace,
      releaseName: RELEASE,
      values: prometheusValues(settings, {
        namespace,
        images: this.images(),
        priority: priorityOf(this),
        ...(webhooksOnHost(this) && { hostPort: WEBHOOK_PORTS.host }),
      }),
      definitions,
    });
    if (operatorMode(this) === "simulated") this.addSimulatedServers(settings);
    if (!isForeign(this, settings.existing)) allow(this, this.flows(settings));
    this.webInterface = settings.grafana && grafanaInterface(namespace);
    if (settings.grafana) this.login(settings.grafana);
  }

  /** The Secret with the password of Grafana's administrator. */
  private login({ adminSecret, adminPassword }: NonNullable<PrometheusSettings["grafana"]>): void {
    const { namespace } = this;
    if (adminSecret !== undefined) addRequirements(this, [grafanaLogin(adminSecret, namespace)]);
    if (adminPassword === undefined) return;
    const values = { "admin-password": storedValue(adminPassword) };
    const secret = adminPassword.store.provide({ name: GRAFANA_SECRET, namespace, values, plain: { "admin-user": "admin" } });
    this.operator.node.addDependency(secret);
  }

  /** What scrapes is also what answers queries. */
  public get pods(): PodsEnd {
    return this.scrapers;
  }

  /** Replaces the chart's two objects where the operator is simulated, so that their readiness is visible. */
  private addSimulatedServers({ replicas, storage }: PrometheusSettings): void {
    for (const kind of ["Prometheus", "Alertmanager"] as const) {
      new ApiObject(this, kind, {
        apiVersion: "monitoring.coreos.com/v1",
        kind,
        metadata: { name: `${RELEASE}-${kind.toLowerCase()}`, namespace: this.namespace, labels: { [SIMULATED_LABEL]: "true" } },
        spec: {
          replicas,
          securityContext: SERVER_SECURITY,
          ...(kind === "Prometheus" && { ...SELECT_ALL, ...(storage && { storage: storageSpec(storage) }) }),
        },
      });
    }
  }

  /** Nodes and the API server are reached by port alone: Cilium matches neither by CIDR. */
  private flows({ nodeExporter, coreDns, controlPlane }: PrometheusSettings): FlowProps[] {
    const { namespace, scrapers } = this;
    const all = pods(namespace);
    const hostNetwork = webhooksOnHost(this);
    const operatorPods = pods(namespace, { app: `${RELEASE}-operator` }, { hostNetwork });
    const webhookPort = WEBHOOK_PORTS[hostNetwork ? "host" : "pods"];
    const nodePorts = [KUBELET_PORT, ...(nodeExporter ? [NODE_EXPORTER_PORT] : []), ...(controlPlane ? CONTROL_PLANE_PORTS : [])];
    return [
      { name: "monitoring-internal", from: all, to: all, ports: [] },
      apiServerFlow("monitoring", all),
      // Receivers of notifications may use any port, such as 587 for mail.
      { name: "monitoring-outside", from: pods(namespace, { "app.kubernetes.io/name": "alertmanager" }), to: OUTSIDE, ports: [] },
      { name: "monitoring-nodes", from: scrapers, to: ANYWHERE, ports: nodePorts.map((port) => ({ port })) },
      ...(coreDns ? [{ name: "monitoring-dns", from: scrapers, ...CORE_DNS }] : []),
      ...(hostNetwork ? [{ name: "monitoring-operator", from: scrapers, to: operatorPods, ports: [{ port: webhookPort }] }] : []),
      webhookFlow(RELEASE, operatorPods, webhookPort),
    ];
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

/** What the chart writes into both servers: without it no pod is admitted. Source: chart value prometheus.prometheusSpec.securityContext. */
const SERVER_SECURITY = {
  runAsUser: 1000,
  runAsGroup: 2000,
  runAsNonRoot: true,
  fsGroup: 2000,
  seccompProfile: { type: "RuntimeDefault" },
} as const;

/** What the chart writes where no selector is to be that of the release; without any, the operator writes no configuration. */
const SELECT_ALL = Object.fromEntries(
  ["serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig"].flatMap((kind) => [
    [`${kind}Selector`, {}],
    [`${kind}NamespaceSelector`, {}],
  ]),
);

/** Source: chart grafana 12.11.1, values service.port and service.targetPort. */
function grafanaInterface(namespace: string): WebInterface {
  return {
    service: `${RELEASE}-grafana`,
    namespace,
    port: 80,
    pods: pods(namespace, { "app.kubernetes.io/name": "grafana" }),
    ports: [{ port: 3000 }],
    authentication: "own",
  };
}

/** Keys as the chart's value `grafana.admin` expects them. */
function grafanaLogin(name: string, namespace: string) {
  return { type: "secret", name, namespace, keys: ["admin-password", "admin-user"], purpose: "login of Grafana's administrator" } as const;
}
