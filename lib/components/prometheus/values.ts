/** Helm values of kube-prometheus-stack: what differs from the chart's own. */

import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import type { PriorityName } from "#lib/kube/priority";
import { resources } from "#lib/kube/resources";
import type { prometheusPin } from "./pin";
import type { PrometheusSettings } from "./schema";

/** Images by part, already moved to a mirror where there is one. */
type PrometheusImages = Readonly<Record<keyof typeof prometheusPin.images, string>>;

const SMALL = resources({ cpu: 0.05, memory: Size.mebibytes(128) }, { cpu: 0.5, memory: Size.mebibytes(256) });
const LARGE = resources({ cpu: 0.2, memory: Size.gibibytes(1) }, { cpu: 2, memory: Size.gibibytes(2) });

/** What the values are made from besides props. */
export interface PrometheusContext {
  readonly images: PrometheusImages;
  readonly priority: PriorityName | undefined;
}

/** The values that the chart is installed with. */
export function prometheusValues(settings: PrometheusSettings, { images, priority }: PrometheusContext): JsonObject {
  const controlPlane = { enabled: settings.controlPlane };
  const ranked = priority && { priorityClassName: priority };
  const several = settings.replicas > 1;
  // Of two on one node none is left when the node goes, and of two that may be drained together neither.
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
 * An AlertmanagerConfig beside the Alertmanager is for the alerts of every namespace; by default it would take those of its own alone,
 * and all others would end in the chart's empty receiver.
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
    // The chart's defaults pick only objects that carry its own release label: monitors of everybody else would be ignored in silence.
    podMonitorSelectorNilUsesHelmValues: false,
    serviceMonitorSelectorNilUsesHelmValues: false,
    ruleSelectorNilUsesHelmValues: false,
    probeSelectorNilUsesHelmValues: false,
    scrapeConfigSelectorNilUsesHelmValues: false,
    // Before the volume is full the oldest samples go: a full one would keep Prometheus from starting.
    ...(storage && {
      retentionSize: `${Math.floor(storage.size.inMebibytes * KEPT_SHARE)}MiB`,
      storageSpec: { volumeClaimTemplate: { spec: claim(storage) } },
    }),
  };
}

/** The rest is for the log that is written ahead, and for blocks while they are merged. */
const KEPT_SHARE = 0.8;

function claim({ size, storageClass }: NonNullable<PrometheusSettings["storage"]>): JsonObject {
  return {
    accessModes: ["ReadWriteOnce"],
    ...(storageClass !== undefined && { storageClassName: storageClass }),
    resources: { requests: { storage: size.toString() } },
  };
}

/** The chart appends `-distroless` to a tag of its own choice; the tag here is the whole tag. One pod a node, which no other may push away. */
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
    // Everything Grafana shows comes from ConfigMaps: there is nothing to keep, and nothing to change owners of as root.
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
