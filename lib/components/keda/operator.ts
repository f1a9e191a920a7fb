/** The operator of KEDA, with its metrics server and its webhooks. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import { definitions } from "#lib/imports/keda/index";
import type { IEventScaler, ScaleAsk, TriggeredJob, TriggeredJobObject } from "#lib/kube/event-scaler";
import { imageFor } from "#lib/kube/images";
import { installOperator } from "#lib/kube/installed-operator";
import { type IMetricsStore, type IMonitored, type Monitoring, queryFlow } from "#lib/kube/monitoring";
import { type FlowProps, type PodsEnd, pods } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { kedaAlerts } from "./alerts";
import { scaleProblems, webhookOnHost } from "./checks";
import { kedaDashboard } from "./dashboard";
import { SCALED_OBJECT_LABEL } from "./labels";
import { kedaPin } from "./pin";
import { scaledJob, scaledObjectSpec } from "./scaled";
import { type KedaOperatorProps, type KedaOperatorSettings, kedaOperatorSchema } from "./schema";
import { kedaValues } from "./values";

/** Ports of the pods. Sources: kedacore/charts v2.20.2, templates, and values service.portHttpsTarget, webhooks.port and prometheus.operator.port. */
const PORTS = { metrics: 8080, metricsService: 9666, api: 6443, webhooks: 9443 } as const;

/** Labels of the pods. */
const PODS = {
  operator: { app: "keda-operator" },
  metricsServer: { app: "keda-operator-metrics-apiserver" },
  webhooks: { app: "keda-admission-webhooks" },
} as const;

/** Context of the operator. */
export interface KedaOperatorPlace {
  /** What answers queries. @default there is none: triggers of queries are refused */
  readonly metrics?: IMetricsStore | undefined;
}

/** KEDA: scales pods, and starts jobs, by events. */
export class KedaOperator extends Construct implements IMonitored, IEventScaler {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** Every pod of the product. */
  public readonly pods: PodsEnd;
  /** Dependency of the product's objects. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;
  private readonly metrics: IMetricsStore | undefined;

  public constructor(scope: Construct, id: string, props: KedaOperatorProps & KedaOperatorPlace = {}) {
    super(scope, id);
    const { metrics, ...own } = props;
    setOwner(this, kedaPin.name);
    this.metrics = metrics;
    const settings = settingsOf(this, kedaOperatorSchema, own, {
      checks: operatorChecks<KedaOperatorSettings>({
        schema: kedaOperatorSchema,
        pin: kedaPin,
        installed: (_each, path) => (webhooksOnHost(this) ? [webhookOnHost(path)] : []),
      }),
    });
    const { operator, metricsApiServer, webhooks } = kedaPin.images;
    const images = {
      operator: imageFor(this, operator),
      metricsApiServer: imageFor(this, metricsApiServer),
      webhooks: imageFor(this, webhooks),
    };
    const made = installOperator(this, {
      pin: kedaPin,
      settings,
      definitions,
      values: ({ priority }) => kedaValues(settings, { images, priority }),
      namespace: "keda",
      labels: {},
      webhooks: [
        { name: "keda-webhooks", port: PORTS.webhooks, labels: PODS.webhooks },
        { name: "keda-metrics-server", port: PORTS.api, labels: PODS.metricsServer },
      ],
      metrics: { port: PORTS.metrics, labels: PODS.operator },
      monitoring: { alerts: [kedaAlerts], dashboards: [kedaDashboard] },
      flows: ({ namespace }) => flows(namespace, metrics),
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }

  public scale(scope: Construct, ask: ScaleAsk): void {
    const { source } = ownerOf(scope);
    addProblems(scope, scaleProblems(ask, { path: source, hasMetrics: this.metrics !== undefined }));
    const { name, namespace } = ask;
    const object = new ApiObject(scope, `Scaler-${name}`, {
      apiVersion: "keda.sh/v1alpha1",
      kind: "ScaledObject",
      metadata: { name, namespace, labels: { [SCALED_OBJECT_LABEL]: name } },
      spec: scaledObjectSpec(ask, this.metrics?.url),
    });
    if (ask.triggers.some(({ type }) => type === "prometheus")) object.node.addDependency(...this.asked());
  }

  public trigger(job: TriggeredJob): TriggeredJobObject {
    return { ...scaledJob(job, this.metrics?.url), dependencies: this.asked() };
  }

  /** The operator calls a trigger failed whose query is not answered yet. */
  private asked(): readonly IMetricsStore[] {
    return this.metrics ? [this.metrics] : [];
  }
}

/** The metrics server asks the operator, which asks Prometheus. */
function flows(namespace: string, metrics: IMetricsStore | undefined): FlowProps[] {
  const [operator, metricsServer] = [pods(namespace, PODS.operator), pods(namespace, PODS.metricsServer)];
  return [
    { name: "keda-metrics-service", from: metricsServer, to: operator, ports: [{ port: PORTS.metricsService }] },
    ...(metrics ? [queryFlow(metrics, "keda", operator)] : []),
  ];
}
