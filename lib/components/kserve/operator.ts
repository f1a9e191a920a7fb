/** The controller of KServe. */

import { Construct, type IDependable } from "constructs";
import type { Problem } from "#lib/core/problem";
import { definitions } from "#lib/imports/kserve/index";
import { HelmRelease } from "#lib/kube/helm-release";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { type Operator, operatorMode } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { kserveAlerts } from "./alerts";
import { kserveDashboard } from "./dashboard";
import { crdsChart, kservePin, servicePin } from "./pin";
import { type KserveOperatorProps, kserveOperatorSchema } from "./schema";
import { kserveOperatorValues } from "./values";

/** Ports of the pods. Source: KServe v0.20.0, charts/kserve-resources/files/kserve/resources.yaml. */
const METRICS_PORT = 8443;
const WEBHOOK_PORT = 9443;

const LABELS = { "control-plane": "kserve-controller-manager" } as const;

/** Context of the controller. */
export interface KserveOperatorPlace {
  /** Issues the certificates of the webhooks. @default none, which is a problem */
  readonly certificateIssuer?: IDependable;
}

/** KServe's controller, in the mode that makes Deployments. */
export class KserveOperator extends Construct implements IMonitored {
  /** Namespace of the controller. */
  public readonly namespace: string;
  /** Dependency of services. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: KserveOperatorProps & KserveOperatorPlace = {}) {
    super(scope, id);
    const { certificateIssuer, ...own } = props;
    setOwner(this, kservePin.name);
    const settings = settingsOf(this, kserveOperatorSchema, own, {
      checks: operatorChecks({
        schema: kserveOperatorSchema,
        pin: kservePin,
        installed: (_each, path) => webhookProblems(this, certificateIssuer, path),
      }),
    });
    const made = installOperator(this, {
      pin: servicePin,
      settings,
      definitions,
      values: (context) => kserveOperatorValues(this, settings, context),
      namespace: "kserve",
      labels: LABELS,
      webhooks: [{ port: WEBHOOK_PORT }],
      metrics: { port: METRICS_PORT, service: { labels: LABELS, port: "https" }, podLabels: ["app.kubernetes.io/name"] },
      monitoring: { alerts: [kserveAlerts()], dashboards: [kserveDashboard()] },
      after: certificateIssuer ? [certificateIssuer] : [],
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
    if (!made.isForeign && operatorMode(this) === "helm") this.operator.node.addDependency(this.addDefinitions(made.namespace));
  }

  /** The chart of the controller contains an object of its own kinds. */
  private addDefinitions(namespace: string): HelmRelease {
    const provides = servicePin.kinds.map(({ kind }) => kind);
    return new HelmRelease(this, "Definitions", { name: crdsChart.name, namespace, chart: crdsChart, values: {}, provides });
  }
}

/** Problems of a controller with webhooks. */
export function webhookProblems(scope: Construct, certificateIssuer: IDependable | undefined, path: string): Problem[] {
  return [...(webhooksOnHost(scope) ? [webhookOnHost(path)] : []), ...(certificateIssuer === undefined ? [noCertificates(path)] : [])];
}

/** Source: KServe v0.20.0, charts/kserve-resources and charts/kserve-llmisvc-resources, which have no value for it. */
function webhookOnHost(path: string): Problem {
  return {
    id: "kserve.webhook-on-host",
    path,
    got: "webhooks in the host's network",
    allowed: "a cluster whose API server reaches pods: the chart runs the webhooks in the pod network only",
    fix: 'set network: { webhooks: "pods" }, or leave kserve out: its webhook admits every InferenceService',
  };
}

/** Source: KServe v0.20.0, charts/kserve-resources and charts/kserve-llmisvc-resources: a Certificate each, and an Issuer. */
function noCertificates(path: string): Problem {
  return {
    id: "kserve.no-certificates",
    path,
    got: "an environment without cert-manager",
    allowed: "kserve together with certManager, which issues the certificate of its webhooks",
    fix: "add certManager: {} to the environment (certManager: { existing: true } if the cluster has it already)",
  };
}
