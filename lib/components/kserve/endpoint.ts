/** What every service has besides its InferenceService: an account, a Service for its callers, a disruption budget and network flows. */

import { k8s } from "cdk8s-plus-28";
import type { Construct } from "constructs";
import { bucketFlows } from "#lib/kube/bucket-clients";
import { bucketSet } from "#lib/kube/bucket-set";
import { identityFlows } from "#lib/kube/identity";
import { SIMULATED_LABEL } from "#lib/kube/labels";
import { registryFlow } from "#lib/kube/model-registry";
import type { IModelStorage } from "#lib/kube/model-storage";
import { allow, type FlowProps, OUTSIDE, type PodsEnd, pods } from "#lib/kube/network";
import { operatorMode } from "#lib/kube/operator";
import { type Part, PORT, serviceLabels } from "./labels";
import { storagesOf } from "./model";
import type { ModelSettings } from "./service-schema";

/** A service as data. */
export interface EndpointProps {
  readonly name: string;
  readonly namespace: string;
  /** Part that answers requests. */
  readonly entry: Part;
  /** Labels of the pods that answer, where not every pod of `entry` does. @default every one does */
  readonly answering?: Readonly<Record<string, string>>;
  /** Has it an explainer, which callers call beside the part that answers requests? @default false */
  readonly explains?: boolean;
  /** Port of the pods that answer. @default 8080 */
  readonly port?: number;
  /** Pods at least. */
  readonly replicas: number;
  readonly callers: readonly string[];
  readonly models: readonly ModelSettings[];
  /** Storages of adapters. */
  readonly storages: readonly IModelStorage[];
  readonly serviceAccountAnnotations: Readonly<Record<string, string>>;
  /** Annotations of the Service, which a change of does not start pods again. @default none */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Pods of a service. */
export function servingPods({ name, namespace }: Pick<EndpointProps, "name" | "namespace">, part?: Part): PodsEnd {
  return pods(namespace, serviceLabels(name, part));
}

/** Annotations of the account of a service: its own, and those of the storages. */
export function accountAnnotations(props: EndpointProps): Record<string, string> {
  return { ...props.serviceAccountAnnotations, ...bucketSet(allStorages(props), props.namespace).annotations };
}

/** All storages, each once. */
export function allStorages({ models, storages }: Pick<EndpointProps, "models" | "storages">): IModelStorage[] {
  return [...new Set([...models.flatMap(storagesOf), ...storages])];
}

/**
 * Adds them. The Service is ours: KServe's own selects one revision, and in this mode it does not share requests between a service and its canary.
 * Ours selects the pods of both, so that each gets the share of its pods. It has none of KServe's labels, by which KServe deletes Services.
 */
export function addEndpoint(scope: Construct, props: EndpointProps): void {
  const { name, namespace, entry, replicas, annotations, answering, port = PORT } = props;
  new k8s.KubeService(scope, "Service", {
    metadata: {
      name,
      namespace,
      ...(annotations && { annotations: { ...annotations } }),
      // A simulated operator makes no pods.
      ...(operatorMode(scope) === "simulated" && { labels: { [SIMULATED_LABEL]: "true" } }),
    },
    spec: {
      type: "ClusterIP",
      selector: { ...serviceLabels(name, entry), ...answering },
      ports: [{ name: "http", port: 80, targetPort: k8s.IntOrString.fromNumber(port), protocol: "TCP" }],
    },
  });
  if (replicas > 1) {
    new k8s.KubePodDisruptionBudget(scope, "DisruptionBudget", {
      metadata: { name, namespace },
      spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: { ...serviceLabels(name, "predictor") } } },
    });
  }
  allow(scope, flowsOf(props));
}

function flowsOf(props: EndpointProps): FlowProps[] {
  const { name, namespace, entry, callers, models, explains = false, port = PORT } = props;
  const who = `serving.${name}`;
  const all = servingPods(props);
  const from = servingPods(props, "predictor");
  const requests = [{ port }];
  const registries = new Set(models.flatMap((model) => (model.type === "registry" ? [model.registry] : [])));
  const explainer = servingPods(props, "explainer");
  return [
    ...(explains
      ? [
          ...callers.map((caller) => ({ name: `${caller}-to-${who}.explainer`, from: pods(caller), to: explainer, ports: requests })),
          { name: `${who}.explainer`, from: explainer, to: from, ports: requests },
        ]
      : []),
    ...callers.map((caller) => ({ name: `${caller}-to-${who}`, from: pods(caller), to: servingPods(props, entry), ports: requests })),
    ...(entry === "transformer"
      ? [{ name: `${who}.transformer`, from: pods(namespace, serviceLabels(name, entry)), to: from, ports: requests }]
      : []),
    ...allStorages(props).flatMap((storage) => bucketFlows(storage, who, from)),
    ...[...registries].map((registry) => registryFlow(registry, who, from)),
    ...(models.some(({ type }) => type === "hub") ? [{ name: `${who}.hub`, from, to: OUTSIDE, ports: [{ port: 443 }] }] : []),
    ...identityFlows(who, all, accountAnnotations(props)),
  ];
}
