/** The ECK operator: makes Elasticsearch clusters of Elasticsearch objects. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/eck/index";
import { imageFor } from "#lib/kube/images";
import { allow, apiServerFlow, type PodsEnd, pods, webhookFlow } from "#lib/kube/network";
import { Operator } from "#lib/kube/operator";
import { setOwner } from "#lib/kube/ownership";
import type { PriorityName } from "#lib/kube/priority";
import { addProblems } from "#lib/kube/problems";
import { elasticOperatorProblems } from "./checks";
import { elasticsearchPin } from "./pin";
import { type ElasticOperatorProps, elasticOperatorDefaults, elasticsearchDefaults } from "./props";
import { elasticOperatorValues, OPERATOR_METRICS_PORT, WEBHOOK_PORT } from "./values";

/** Release name of the chart, which is also the name of the operator's pods. */
const RELEASE = "elastic-operator";

/** Where the operator goes, what it looks after, and which line asked for it. */
export interface ElasticOperatorPlace {
  /** @default "elastic-system" */
  readonly namespace?: string;
  /** Priority class of the pods; it must exist. @default the cluster's default */
  readonly priority?: PriorityName;
  /** Namespaces with clusters. @default ["elasticsearch"] */
  readonly managedNamespaces?: readonly string[];
  /** Path in the environment file. @default the construct's path */
  readonly source?: string;
}

/** The ECK operator. */
export class ElasticOperator extends Construct {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods, as the end of a flow. */
  public readonly pods: PodsEnd;
  /** Port of the operator's metrics. */
  public readonly metricsPort = OPERATOR_METRICS_PORT;

  public constructor(scope: Construct, id: string, props: ElasticOperatorProps & ElasticOperatorPlace = {}) {
    super(scope, id);
    const { namespace = "elastic-system", managedNamespaces = [elasticsearchDefaults.namespace], priority, source, ...own } = props;
    setOwner(this, elasticsearchPin.name, source);
    addProblems(this, elasticOperatorProblems(own, source ?? this.node.path));
    this.namespace = namespace;
    this.pods = pods(namespace);
    new Operator(this, "Operator", {
      pin: elasticsearchPin,
      namespace,
      releaseName: RELEASE,
      values: elasticOperatorValues(
        { ...elasticOperatorDefaults, ...own },
        { image: imageFor(this, elasticsearchPin.images.operator), managedNamespaces, priority },
      ),
      definitions,
    });
    allow(this, [apiServerFlow(RELEASE, this.pods), webhookFlow(RELEASE, this.pods, WEBHOOK_PORT)]);
  }
}
