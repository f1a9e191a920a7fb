/** The ECK operator: reconciles Elasticsearch objects. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/eck/index";
import { existingProblems, isForeign } from "#lib/kube/existing";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, type PodsEnd, pods, webhookFlow } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { Operator } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { elasticsearchPin } from "./pin";
import { type ElasticOperatorProps, elasticOperatorSchema } from "./schema";
import { elasticOperatorValues, OPERATOR_METRICS_PORT, WEBHOOK_PORTS } from "./values";

/** Release name of the chart, which is also the name of the operator's pods. */
const RELEASE = "elastic-operator";

/** Context of the operator. */
export interface ElasticOperatorPlace {
  /** Namespaces with clusters; the operator watches no others. @default ["elasticsearch"] */
  readonly managedNamespaces?: readonly string[];
}

/** The ECK operator. */
export class ElasticOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: ElasticOperatorProps & ElasticOperatorPlace = {}) {
    super(scope, id);
    const { managedNamespaces = ["elasticsearch"], ...own } = props;
    setOwner(this, elasticsearchPin.name);
    const settings = settingsOf(this, elasticOperatorSchema, own, {
      checks: (each, path) => existingProblems(elasticOperatorSchema, each, { pin: elasticsearchPin, path, keeps: [] }),
    });
    const existing = isForeign(this, settings.existing);
    const namespace = namespaceOf(this) ?? "elastic-system";
    this.namespace = namespace;
    const hostNetwork = webhooksOnHost(this);
    this.pods = existing ? pods(namespace) : pods(namespace, { "app.kubernetes.io/name": RELEASE }, { hostNetwork });
    this.monitoring = { targets: existing ? [] : [{ name: RELEASE, pods: this.pods, port: OPERATOR_METRICS_PORT }] };
    new Operator(this, "Operator", {
      existing: settings.existing,
      pin: elasticsearchPin,
      namespace,
      releaseName: RELEASE,
      values: elasticOperatorValues(settings, {
        image: imageFor(this, elasticsearchPin.images.operator),
        managedNamespaces,
        hostNetwork,
        priority: priorityOf(this),
      }),
      definitions,
    });
    if (existing) return;
    allow(this, [apiServerFlow(RELEASE, this.pods), webhookFlow(RELEASE, this.pods, WEBHOOK_PORTS[hostNetwork ? "host" : "pods"])]);
  }
}
