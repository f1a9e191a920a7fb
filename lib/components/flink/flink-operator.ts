/** The Flink Kubernetes operator: makes clusters of FlinkDeployment objects. */

import { Construct, type IDependable } from "constructs";
import { definitions } from "#lib/imports/flink/index";
import { imageFor } from "#lib/kube/images";
import { allow, apiServerFlow, pods, webhookFlow } from "#lib/kube/network";
import { Operator } from "#lib/kube/operator";
import { setOwner } from "#lib/kube/ownership";
import type { PriorityName } from "#lib/kube/priority";
import { addProblems } from "#lib/kube/problems";
import { flinkOperatorProblems, webhookProblems } from "./checks";
import { flinkPin } from "./pin";
import { type FlinkOperatorProps, flinkOperatorDefaults } from "./props";
import { flinkOperatorValues } from "./values";

/** Release name of the chart, which is also the name of the operator's pods. */
const RELEASE = "flink-kubernetes-operator";
/** Port of the operator's webhook. Source: WEBHOOK_SERVER_PORT in the chart's Deployment. */
const WEBHOOK_PORT = 9443;

/** Where the operator goes, which line asked for it, and who issues its webhook's certificate. */
export interface FlinkOperatorPlace {
  /** @default "flink" */
  readonly namespace?: string;
  /** Path in the environment file. @default the construct's path */
  readonly source?: string;
  /** Priority class of the pods; it must exist. @default the cluster's default */
  readonly priority?: PriorityName;
  /** cert-manager, which issues the certificate of the webhook. @default none, and then no webhook */
  readonly certManager?: IDependable;
}

/** The Flink Kubernetes operator. */
export class FlinkOperator extends Construct {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** Labels of the operator's pods. */
  public readonly podLabels: Readonly<Record<string, string>> = { "app.kubernetes.io/name": RELEASE };
  /** What Flink objects depend on. */
  public readonly operator: Operator;

  public constructor(scope: Construct, id: string, props: FlinkOperatorProps & FlinkOperatorPlace = {}) {
    super(scope, id);
    const { namespace = "flink", source, certManager, priority, ...own } = props;
    setOwner(this, flinkPin.name, source);
    const path = source ?? this.node.path;
    addProblems(this, [...flinkOperatorProblems(own, path), ...webhookProblems(own.webhook, certManager !== undefined, path)]);
    const webhook = own.webhook ?? certManager !== undefined;
    this.namespace = namespace;
    this.operator = new Operator(this, "Operator", {
      pin: flinkPin,
      namespace,
      releaseName: RELEASE,
      values: flinkOperatorValues(
        { ...flinkOperatorDefaults, ...own },
        { image: imageFor(this, flinkPin.images.operator), webhook, priority },
      ),
      definitions,
    });
    if (webhook && certManager) this.operator.node.addDependency(certManager);
    const operatorPods = pods(namespace, this.podLabels);
    allow(this, [apiServerFlow(RELEASE, operatorPods), ...(webhook ? [webhookFlow(RELEASE, operatorPods, WEBHOOK_PORT)] : [])]);
  }
}
