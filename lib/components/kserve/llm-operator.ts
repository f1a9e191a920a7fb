/** The controller of language models with a router. */

import { Construct, type IDependable } from "constructs";
import { definitions } from "#lib/imports/kserve-llmisvc/index";
import { HelmRelease } from "#lib/kube/helm-release";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { type Operator, operatorMode } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { llmOperatorAlerts } from "./llm-operator-alerts";
import { webhookProblems } from "./operator";
import { kservePin, llmCrdsChart, llmPin } from "./pin";
import { type KserveLlmOperatorProps, kserveLlmOperatorSchema } from "./schema";
import { kserveLlmOperatorValues } from "./values";

/** Ports of the pods. Source: KServe v0.20.0, charts/kserve-llmisvc-resources/files/llmisvc/resources.yaml. */
const METRICS_PORT = 8443;
const WEBHOOK_PORT = 9443;

/** Of the release, too: the pods of a simulated controller have the name of their release as a label. */
const NAME = "llmisvc-controller-manager";

const LABELS = { "app.kubernetes.io/name": NAME } as const;

/** That of the webhooks has the same labels, and a port of the same name. */
const SERVICE = { labels: LABELS, port: "https", name: `${NAME}-service` } as const;

/** Context of the controller. */
export interface KserveLlmOperatorPlace {
  /** Issues the certificates of the webhooks. @default none, which is a problem */
  readonly certificateIssuer?: IDependable;
  /** The first controller: the configuration and the issuer are of its release. @default it is there */
  readonly after?: IDependable;
}

/** KServe's controller of LLMInferenceServices. */
export class KserveLlmOperator extends Construct implements IMonitored {
  /** Dependency of models with a router. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: KserveLlmOperatorProps & KserveLlmOperatorPlace = {}) {
    super(scope, id);
    const { certificateIssuer, after, ...own } = props;
    setOwner(this, kservePin.name);
    const settings = settingsOf(this, kserveLlmOperatorSchema, own, {
      checks: operatorChecks({
        schema: kserveLlmOperatorSchema,
        pin: kservePin,
        installed: (_each, path) => webhookProblems(this, certificateIssuer, path),
      }),
    });
    const made = installOperator(this, {
      pin: llmPin,
      settings,
      definitions,
      values: (context) => kserveLlmOperatorValues(settings, context),
      namespace: "kserve",
      release: NAME,
      labels: LABELS,
      webhooks: [{ port: WEBHOOK_PORT }],
      metrics: { port: METRICS_PORT, service: SERVICE, podLabels: ["app.kubernetes.io/name"] },
      monitoring: { alerts: [llmOperatorAlerts()] },
      after: certificateIssuer ? [certificateIssuer] : [],
    });
    this.operator = made.operator;
    this.monitoring = made.monitoring;
    // Simulated operators need nothing of each other.
    if (!made.isForeign && operatorMode(this) === "helm") this.operator.node.addDependency(this.addDefinitions(made.namespace, after));
  }

  /** The CRDs have a chart of their own. Both charts of CRDs have one in common, which each leaves out where it finds that of the other. */
  private addDefinitions(namespace: string, after: IDependable | undefined): HelmRelease {
    const provides = llmPin.kinds.map(({ kind }) => kind);
    const chart = llmCrdsChart;
    const definitionsRelease = new HelmRelease(this, "Definitions", { name: chart.name, namespace, chart, values: {}, provides });
    if (after) definitionsRelease.node.addDependency(after);
    return definitionsRelease;
  }
}
