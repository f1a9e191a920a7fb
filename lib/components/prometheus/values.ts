/** Helm values of kube-prometheus-stack that differ from the chart's defaults. */

import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { type PartResources, partResources } from "#lib/kube/part-resources";
import { resources } from "#lib/kube/resources";
import { HOME_FILE } from "./folders";
import type { prometheusPin } from "./pin";
import type { PrometheusSettings } from "./schema";

/** Images by part, already rewritten to the mirror. */
type PrometheusImages = Readonly<Record<keyof typeof prometheusPin.images, string>>;

/** Namespace of node-exporter: Prometheus and the rest need no access to their nodes. */
export const NODE_EXPORTER_NAMESPACE = "node-exporter";

const SMALL = { requests: { cpu: 0.05, memory: Size.mebibytes(128) }, limits: { cpu: 0.5, memory: Size.mebibytes(256) } };
const LARGE = { requests: { cpu: 0.2, memory: Size.gibibytes(1) }, limits: { cpu: 2, memory: Size.gibibytes(2) } };
/** Of containers whose work does not grow with the cluster. */
const HELPER = resources(SMALL.requests, SMALL.limits);

/** Secret of Grafana's administrator, where its password is in a store of secrets. */
export const GRAFANA_SECRET = "grafana-admin";

/** Inputs of the values besides props. */
export interface PrometheusContext {
  /** Namespace of the stack. */
  readonly namespace: string;
  /** Port of the operator's webhook in the host's network. @default its pods are in the pod network */
  readonly hostPort?: number;
  readonly images: PrometheusImages;
  /** Name of the priority class. */
  readonly priority: string | undefined;
}

/** Helm values of the chart. */
export function prometheusValues(settings: PrometheusSettings, context: PrometheusContext): JsonObject {
  const { images, priority, namespace } = context;
  const controlPlane = { enabled: settings.controlPlane };
  const ranked = priority === undefined ? undefined : { priorityClassName: priority };
  const own = settings.resources ?? {};
  const several = settings.replicas > 1;
  // Replicas on different nodes and a disruption budget, so that one survives the loss or drain of a node.
  const standBy = several && { podAntiAffinity: "hard" };
  const budget = several && { podDisruptionBudget: { enabled: true, minAvailable: 1 } };
  return {
    crds: { enabled: true },
    kubeEtcd: controlPlane,
    kubeScheduler: controlPlane,
    kubeControllerManager: controlPlane,
    kubeProxy: controlPlane,
    // The operator maintains the kubelets' Service. By default it is in kube-system, which GKE Autopilot closes.
    kubelet: { namespace },
    ...(!settings.coreDns && { coreDns: { enabled: false } }),
    prometheusOperator: { ...operator(context, ranked, own.operator), ...ranked },
    prometheus: { ...budget, prometheusSpec: { ...prometheusSpec(settings, images.prometheus), ...ranked, ...standBy } },
    alertmanager: { ...budget, alertmanagerSpec: { ...alertmanagerSpec(settings, images.alertmanager), ...ranked, ...standBy } },
    "kube-state-metrics": { image: image(images.kubeStateMetrics), resources: partResources(own.kubeStateMetrics, SMALL), ...ranked },
    nodeExporter: { enabled: settings.nodeExporter },
    ...(settings.nodeExporter && { "prometheus-node-exporter": nodeExporter(images.nodeExporter, own.nodeExporter) }),
    grafana: { ...grafana(settings, images), ...(settings.grafana && ranked) },
  };
}

/**
 * An AlertmanagerConfig in the Alertmanager's namespace applies to alerts of every namespace. By default it applies to its own namespace only,
 * and other alerts go to the chart's null receiver.
 */
function alertmanagerSpec({ replicas, resources: own }: PrometheusSettings, reference: string): JsonObject {
  return {
    image: image(reference),
    replicas,
    resources: partResources(own?.alertmanager, SMALL),
    alertmanagerConfigMatcherStrategy: { type: "OnNamespaceExceptForAlertmanagerNamespace" },
  };
}

function operator(
  { images, namespace, hostPort }: PrometheusContext,
  ranked: JsonObject | undefined,
  own: PartResources | undefined,
): JsonObject {
  return {
    image: image(images.operator),
    kubeletService: { namespace },
    ...(hostPort !== undefined && { hostNetwork: true, tls: { internalPort: hostPort } }),
    prometheusConfigReloader: { image: image(images.configReloader), resources: HELPER },
    admissionWebhooks: { patch: { image: image(images.webhookCertificate), resources: HELPER, ...ranked } },
    resources: partResources(own, SMALL),
  };
}

function prometheusSpec(settings: PrometheusSettings, reference: string): JsonObject {
  const { replicas, retention, scrapeInterval, storage } = settings;
  return {
    image: image(reference),
    replicas,
    retention: `${retention.seconds}s`,
    scrapeInterval: `${scrapeInterval.seconds}s`,
    resources: partResources(settings.resources?.prometheus, LARGE),
    // By default the chart selects objects with its own release label only and silently ignores other monitors.
    podMonitorSelectorNilUsesHelmValues: false,
    serviceMonitorSelectorNilUsesHelmValues: false,
    ruleSelectorNilUsesHelmValues: false,
    probeSelectorNilUsesHelmValues: false,
    scrapeConfigSelectorNilUsesHelmValues: false,
    // Removes the oldest samples before the volume is full: Prometheus does not start with a full volume.
    ...(storage && {
      retentionSize: `${Math.floor(storage.size.inMebibytes * KEPT_SHARE)}MiB`,
      storageSpec: storageSpec(storage),
    }),
  };
}

/** The rest is for the write-ahead log and for compaction. */
const KEPT_SHARE = 0.8;

/** Prometheus' volume. */
export function storageSpec({ size, storageClass }: NonNullable<PrometheusSettings["storage"]>): JsonObject {
  const spec = {
    accessModes: ["ReadWriteOnce"],
    ...(storageClass !== undefined && { storageClassName: storageClass }),
    resources: { requests: { storage: size.toString() } },
  };
  return { volumeClaimTemplate: { spec } };
}

/** The chart appends `-distroless` to its default tag only; the tag here is complete. node-exporter must not be preempted. */
function nodeExporter(reference: string, own: PartResources | undefined): JsonObject {
  return {
    namespaceOverride: NODE_EXPORTER_NAMESPACE,
    image: { ...image(reference), distroless: false },
    resources: partResources(own, SMALL),
    priorityClassName: "system-node-critical",
  };
}

function grafana({ grafana: props, resources: own }: PrometheusSettings, images: PrometheusImages): JsonObject {
  if (!props) return { enabled: false };
  return {
    enabled: true,
    image: image(images.grafana),
    resources: partResources(own?.grafana, LARGE),
    admin: { existingSecret: props.adminSecret ?? GRAFANA_SECRET },
    // Grafana's content comes from ConfigMaps: it needs no volume, and no root init container that changes its owner.
    persistence: { enabled: false },
    initChownData: { enabled: false },
    testFramework: { enabled: false },
    // Its pod reaches nothing outside of the cluster.
    "grafana.ini": {
      analytics: { check_for_updates: false, check_for_plugin_updates: false, reporting_enabled: false },
      plugins: { preinstall_disabled: true },
      dashboards: { default_home_dashboard_path: HOME_FILE },
    },
    sidecar: {
      image: image(images.grafanaSidecar),
      resources: HELPER,
      dashboards: { folderAnnotation: "grafana_folder", provider: { foldersFromFilesStructure: true } },
    },
  };
}

function image(reference: string): JsonObject {
  const parsed = parseImage(reference);
  return { registry: parsed?.registry, repository: parsed?.repository, tag: parsed?.tag };
}
