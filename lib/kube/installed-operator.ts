/** What every product's operator comes with: its place, its chart, its network flows, its monitoring and its disruption budget. */

import { k8s } from "cdk8s-plus-28";
import type { Construct, IDependable } from "constructs";
import type { JsonObject } from "#lib/core/json";
import { isForeign } from "./existing";
import { imageFor } from "./images";
import type { MetricsTarget, Monitoring } from "./monitoring";
import { allow, apiServerFlow, type FlowProps, type PodsEnd, pods, webhookFlow } from "./network";
import { webhooksOnHost } from "./network-settings";
import type { KubeObject } from "./object";
import { Operator, operatorMode } from "./operator";
import type { OperatorSettings } from "./operator-props";
import { namespaceOf, priorityOf } from "./ownership";
import type { ComponentPin } from "./pin";
import type { OperatorPlace } from "./simulation";

/** What Helm values take from where the operator stands. */
export interface OperatorContext {
  /** The operator's image, already moved to a mirror where there is one. */
  readonly image: string;
  /** Name of the priority class. */
  readonly priority: string | undefined;
  /** Do its pods run in the host's network, because the webhooks of the environment do? */
  readonly hostNetwork: boolean;
}

/** A port of the operator that the API server calls. */
interface WebhookPort {
  readonly port: number;
  /** Part of the name of its policy. @default the release's name */
  readonly name?: string;
  /** Labels of the pods that serve it. @default those of the operator */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Metrics of the operator. */
interface OperatorMetrics extends Omit<MetricsTarget, "pods" | "name"> {
  /** Name of the target. @default the release's name */
  readonly name?: string;
  /** Labels of the pods that serve them. @default those of the operator */
  readonly labels?: Readonly<Record<string, string>>;
}

/** An operator as data. */
export interface OperatorFacts {
  /** Has an image `operator`. */
  readonly pin: ComponentPin & { readonly images: { readonly operator: string } };
  readonly settings: OperatorSettings;
  /** CRDs of the product. */
  readonly definitions: () => readonly KubeObject[];
  /** Adds the operator's own objects, with a way to the API server, for a product without a chart. @default its chart is installed */
  readonly objects?: (scope: Construct, place: OperatorPlace) => void;
  /** Helm values that differ from the chart's; without a chart, what the props change. */
  readonly values: (context: OperatorContext) => JsonObject;
  /** Namespace, where the context names none. */
  readonly namespace: string;
  /** Release name of the chart. @default the component's name */
  readonly release?: string;
  /** Labels of the operator's pods; none where several workloads of the namespace are its parts. */
  readonly labels: Readonly<Record<string, string>>;
  /** Can the chart put its pods into the host's network? @default false */
  readonly canUseHostNetwork?: boolean;
  /** Admission webhooks, and other ports that the API server calls. @default none */
  readonly webhooks?: readonly WebhookPort[];
  /** @default no metrics */
  readonly metrics?: OperatorMetrics;
  /** Alerts and dashboards of the product; they stay where the operator exists. @default none */
  readonly monitoring?: Omit<Monitoring, "targets">;
  /** Further flows of the operator's pods. @default none */
  readonly flows?: (from: PodsEnd) => readonly FlowProps[];
  /** Who makes the disruption budget of several pods. @default "environment" */
  readonly disruptionBudget?: "chart" | "environment";
  /** What the chart needs first, such as the issuer of a certificate. @default nothing */
  readonly after?: readonly IDependable[];
}

/** An operator with what surrounds it. */
export interface InstalledOperator {
  readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  readonly pods: PodsEnd;
  /** Dependency of the product's objects. */
  readonly operator: Operator;
  readonly monitoring: Monitoring;
  /** Does it belong to somebody else? */
  readonly isForeign: boolean;
}

/** Adds an operator to `scope`. Of one that exists nothing is made; where it listens, and whether its metrics are open, is not known. */
export function installOperator(scope: Construct, facts: OperatorFacts): InstalledOperator {
  const { pin, settings, release = pin.name } = facts;
  const foreign = isForeign(scope, settings.existing);
  const namespace = namespaceOf(scope) ?? facts.namespace;
  const hostNetwork = facts.canUseHostNetwork === true && webhooksOnHost(scope);
  const end = (labels = facts.labels) => (foreign ? pods(namespace) : pods(namespace, labels, { hostNetwork }));
  const operator = new Operator(scope, "Operator", {
    pin,
    namespace,
    releaseName: release,
    existing: settings.existing,
    values: facts.values({ image: imageFor(scope, pin.images.operator), priority: priorityOf(scope), hostNetwork }),
    definitions: facts.definitions,
    ...(facts.objects && { objects: facts.objects }),
  });
  const made = { namespace, pods: end(), operator, isForeign: foreign };
  if (foreign) return { ...made, monitoring: { targets: [], ...facts.monitoring } };
  operator.node.addDependency(...(facts.after ?? []));
  if ((settings.replicas ?? 1) > 1 && facts.disruptionBudget !== "chart") addDisruptionBudget(scope, release, made.pods);
  allow(scope, flowsOf(scope, facts, end));
  return { ...made, monitoring: { targets: targetsOf(facts, end), ...facts.monitoring } };
}

/** A workload of ours has its way to the API server itself. */
function flowsOf(scope: Construct, facts: OperatorFacts, end: (labels?: PodsEnd["labels"]) => PodsEnd): FlowProps[] {
  const { pin, release = pin.name, objects, webhooks = [], flows } = facts;
  const hasOwnWay = objects !== undefined && operatorMode(scope) === "helm";
  return [
    ...(hasOwnWay ? [] : [apiServerFlow(release, end())]),
    ...webhooks.map(({ name = release, labels, port }) => webhookFlow(name, end(labels), port)),
    ...(flows?.(end()) ?? []),
  ];
}

function targetsOf({ pin, metrics, release = pin.name }: OperatorFacts, end: (labels?: PodsEnd["labels"]) => PodsEnd): MetricsTarget[] {
  if (!metrics) return [];
  const { labels, ...target } = metrics;
  return [{ name: release, ...target, pods: end(labels) }];
}

/** For charts that have none. */
function addDisruptionBudget(scope: Construct, name: string, { namespace, labels }: PodsEnd): void {
  new k8s.KubePodDisruptionBudget(scope, "DisruptionBudget", {
    metadata: { name, namespace },
    spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: { ...labels } } },
  });
}
