/** The Flink Kubernetes operator: reconciles FlinkDeployment objects. */

import { Construct, type IDependable } from "constructs";
import { definitions } from "#lib/imports/flink/index";
import { existingProblems, isForeign } from "#lib/kube/existing";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, pods, webhookFlow } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { Operator } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { webhookProblems } from "./checks";
import { flinkPin } from "./pin";
import { type FlinkOperatorProps, flinkOperatorSchema } from "./schema";
import { flinkOperatorValues, OPERATOR_METRICS_PORT } from "./values";

/** Release name of the chart, which is also the name of the operator's pods. */
const RELEASE = "flink-kubernetes-operator";
/** Port of the operator's webhook. Source: WEBHOOK_SERVER_PORT in the chart's Deployment. */
const WEBHOOK_PORT = 9443;

/** Context of the operator besides its props. */
export interface FlinkOperatorPlace {
  /** Issuer of the webhook's certificate. @default none: no webhook */
  readonly certificateIssuer?: IDependable;
}

/** The Flink Kubernetes operator. */
export class FlinkOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** Labels of the operator's pods. */
  public readonly podLabels: Readonly<Record<string, string>> = { "app.kubernetes.io/name": RELEASE };
  public readonly monitoring: Monitoring;
  /** Dependency of Flink objects. */
  public readonly operator: Operator;

  public constructor(scope: Construct, id: string, props: FlinkOperatorProps & FlinkOperatorPlace = {}) {
    super(scope, id);
    const { certificateIssuer, ...own } = props;
    setOwner(this, flinkPin.name);
    const settings = settingsOf(this, flinkOperatorSchema, own, {
      checks: (each, path) => [
        ...existingProblems(flinkOperatorSchema, each, { pin: flinkPin, path, keeps: ["watchNamespaces"] }),
        ...(each.existing === undefined
          ? webhookProblems(each.webhook, { hasCertManager: certificateIssuer !== undefined, onHost: webhooksOnHost(this), path })
          : []),
      ],
    });
    const webhook = settings.webhook ?? (certificateIssuer !== undefined && !webhooksOnHost(this));
    const namespace = namespaceOf(this) ?? "flink";
    this.namespace = namespace;
    this.operator = new Operator(this, "Operator", {
      existing: settings.existing,
      pin: flinkPin,
      namespace,
      releaseName: RELEASE,
      values: flinkOperatorValues(settings, { image: imageFor(this, flinkPin.images.operator), webhook, priority: priorityOf(this) }),
      definitions,
    });
    this.monitoring = { targets: [] };
    if (isForeign(this, settings.existing)) return;
    if (webhook && certificateIssuer) this.operator.node.addDependency(certificateIssuer);
    const operatorPods = pods(namespace, this.podLabels);
    this.monitoring = { targets: [{ name: "flink-operator", pods: operatorPods, port: OPERATOR_METRICS_PORT, path: "/" }] };
    allow(this, [apiServerFlow(RELEASE, operatorPods), ...(webhook ? [webhookFlow(RELEASE, operatorPods, WEBHOOK_PORT)] : [])]);
  }
}
