/** Helm values of kube-prometheus-stack that differ from the chart's defaults. */

import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { PriorityName } from "#lib/kube/priority";
import { resources } from "#lib/kube/resources";
import type { prometheusPin } from "./pin";
import type { PrometheusSettings } from "./schema";

/** Images by part, already rewritten to the mirror. */
type PrometheusImages = Readonly<Record<keyof typeof prometheusPin.images, string>>;

const SMALL = resources({ cpu: 0.05, memory: Size.mebibytes(128) }, { cpu: 0.5, memory: Size.mebibytes(256) });
const LARGE = resources({ cpu: 0.2, memory: Size.gibibytes(1) }, { cpu: 2, memory: Size.gibibytes(2) });

/** Inputs of the values besides props. */
export interface PrometheusContext {
  readonly images: PrometheusImages;
  readonly priority: PriorityName | undefined;
}

/** Helm values of the chart. */
export function prometheusValues(settings: PrometheusSettings, { images, priority }: PrometheusContext): JsonObject {
  const controlPlane = { enabled: settings.controlPlane };
  const ranked = priority && { priorityClassName: priority };
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
    prometheusOperator: { ...operator(images, ranked), ...ranked },
    prometheus: { ...budget, prometheusSpec: { ...prometheusSpec(settings, images.prometheus), ...ranked, ...standBy } },
    alertmanager: { ...budget, alertmanagerSpec: { ...alertmanagerSpec(settings, images.alertmanager), ...ranked, ...standBy } },
    "kube-state-metrics": { image: image(images.kubeStateMetrics), resources: SMALL, ...ranked },
    nodeExporter: { enabled: settings.nodeExporter },
    ...(settings.nodeExporter && { "prometheus-node-exporter": nodeExporter(images.nodeExporter) }),
    grafana: { ...grafana(settings.grafana, images), ...(settings.grafana && ranked) },
  };
}

/**
 * An AlertmanagerConfig in the Alertmanager's namespace applies to alerts of every namespace. By default it applies to its own namespace only,
 * and other alerts go to the chart's null receiver.
 */
function alertmanagerSpec({ replicas }: PrometheusSettings, reference: string): JsonObject {
  return {
    image: image(reference),
    replicas,
    resources: SMALL,
    alertmanagerConfigMatcherStrategy: { type: "OnNamespaceExceptForAlertmanagerNamespace" },
  };
}

function operator(images: PrometheusImages, ranked: JsonObject | undefined): JsonObject {
  return {
    image: image(images.operator),
    prometheusConfigReloader: { image: image(images.configReloader), resources: SMALL },
    admissionWebhooks: { patch: { image: image(images.webhookCertificate), resources: SMALL, ...ranked } },
    resources: SMALL,
  };
}

function prometheusSpec(settings: PrometheusSettings, reference: string): JsonObject {
  const { replicas, retention, scrapeInterval, storage } = settings;
  return {
    image: image(reference),
    replicas,
    retention: `${retention.seconds}s`,
    scrapeInterval: `${scrapeInterval.seconds}s`,
    resources: LARGE,
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
function nodeExporter(reference: string): JsonObject {
  return { image: { ...image(reference), distroless: false }, resources: SMALL, priorityClassName: "system-node-critical" };
}

function grafana(props: PrometheusSettings["grafana"], images: PrometheusImages): JsonObject {
  if (!props) return { enabled: false };
  return {
    enabled: true,
    image: image(images.grafana),
    resources: LARGE,
    admin: { existingSecret: props.adminSecret },
    // Grafana's content comes from ConfigMaps: it needs no volume, and no root init container that changes its owner.
    persistence: { enabled: false },
    initChownData: { enabled: false },
    testFramework: { enabled: false },
    sidecar: {
      image: image(images.grafanaSidecar),
      resources: SMALL,
      dashboards: { folderAnnotation: "grafana_folder", provider: { foldersFromFilesStructure: true } },
    },
  };
}

function image(reference: string): JsonObject {
  const parsed = parseImage(reference);
  return { registry: parsed?.registry, repository: parsed?.repository, tag: parsed?.tag };
}
