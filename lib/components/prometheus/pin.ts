/** Prometheus, Alertmanager and Grafana as kube-prometheus-stack installs them: chart, images and kinds at the pinned versions. */

import type { ComponentPin } from "#lib/kube/pin";
import { presentReadiness, serverReadiness } from "./readiness";

/** The pins of Prometheus. */
export const prometheusPin = {
  name: "prometheus",
  // Grafana, a sub-chart, is AGPL-3.0-only.
  licence: "Apache-2.0",
  source: "kube-prometheus-stack 88.5.3 and its sub-charts; prometheus-operator v0.93.1, example/prometheus-operator-crd",
  chart: {
    name: "kube-prometheus-stack",
    repository: "oci://ghcr.io/prometheus-community/charts",
    version: "88.5.3",
    imagePullSecretsAt: ["global", "imagePullSecrets"],
    // Names: prometheus-operator v0.93.1, pkg/prometheus/common.go, for the release name kube-prometheus-stack.
    claims: [
      {
        sizeAt: ["prometheus", "prometheusSpec", "storageSpec", "volumeClaimTemplate", "spec", "resources", "requests", "storage"],
        names: "prometheus-kube-prometheus-stack-prometheus-db-prometheus-kube-prometheus-stack-prometheus",
      },
    ],
  },
  images: {
    operator: "quay.io/prometheus-operator/prometheus-operator:v0.93.1",
    configReloader: "quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1",
    webhookCertificate: "ghcr.io/jkroepke/kube-webhook-certgen:1.8.7",
    prometheus: "quay.io/prometheus/prometheus:v3.14.0-distroless",
    alertmanager: "quay.io/prometheus/alertmanager:v0.34.0",
    grafana: "grafana/grafana:13.2.0",
    grafanaSidecar: "quay.io/kiwigrid/k8s-sidecar:2.10.1",
    kubeStateMetrics: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
    nodeExporter: "quay.io/prometheus/node-exporter:v1.12.1",
  },
  kinds: [
    {
      kind: "monitoring.coreos.com/Prometheus",
      version: "v1",
      readiness: serverReadiness,
      // Without a claim template the operator mounts an emptyDir.
      durableWhen: { type: "field", anyOf: [["spec", "storage", "volumeClaimTemplate"]], otherwise: "an emptyDir" },
    },
    { kind: "monitoring.coreos.com/Alertmanager", version: "v1", readiness: serverReadiness },
    { kind: "monitoring.coreos.com/PodMonitor", version: "v1", readiness: presentReadiness },
    { kind: "monitoring.coreos.com/ServiceMonitor", version: "v1", readiness: presentReadiness },
    { kind: "monitoring.coreos.com/PrometheusRule", version: "v1", readiness: presentReadiness },
  ],
  // Source: kubeVersion of the chart and of its Grafana sub-chart.
  kubernetes: { min: "1.25" },
  imports: {
    crds: [
      {
        product: "prometheus-operator",
        version: "0.93.1",
        licence: "Apache-2.0",
        source: {
          registry: "go",
          module: "github.com/prometheus-operator/prometheus-operator",
          version: "v0.93.1",
          path: "example/prometheus-operator-crd",
        },
      },
    ],
    charts: [
      {
        chart: "kube-prometheus-stack",
        version: "88.5.3",
        licence: "Apache-2.0",
        source: "prometheus-community/helm-charts kube-prometheus-stack-88.5.3, charts/kube-prometheus-stack",
        free: [["alertmanager", "config"], ["grafana", "grafana.ini"], ["prometheus-windows-exporter"]],
        inner: {
          crds: "kube-prometheus-stack-crds",
          grafana: "grafana",
          "kube-state-metrics": "kube-state-metrics",
          "prometheus-node-exporter": "prometheus-node-exporter",
        },
      },
    ],
  },
} as const satisfies ComponentPin;
