/** Charts whose values are imported. No registry serves them as files: each is a snapshot given on disk. Data only. */

/** The values of one chart. */
export interface ChartSource {
  /** Name by which the chart is pinned. */
  readonly chart: string;
  /** Version as released; git may say another one. */
  readonly version: string;
  /** SPDX identifier. */
  readonly licence: string;
  /** Where the chart's files stand: repository, tag, folder. */
  readonly source: string;
  /** Maps with defaults that are handed on whole, names that the chart does not know included. @default none */
  readonly free?: readonly (readonly string[])[];
  /** Charts inside it, by the name or alias under which their values stand. @default none */
  readonly inner?: Readonly<Record<string, string>>;
}

/** Charts in alphabetical order. */
export const CHARTS: readonly ChartSource[] = [
  {
    chart: "cert-manager",
    version: "v1.21.1",
    licence: "Apache-2.0",
    source: "cert-manager/cert-manager v1.21.1, deploy/charts/cert-manager",
  },
  {
    chart: "eck-operator",
    version: "3.5.0",
    licence: "Elastic-2.0",
    source: "elastic/cloud-on-k8s v3.5.0, deploy/eck-operator",
    inner: { "eck-operator-crds": "eck-operator-crds" },
  },
  {
    chart: "flink-kubernetes-operator",
    version: "1.15.0",
    licence: "Apache-2.0",
    source: "apache/flink-kubernetes-operator release-1.15.0, helm/flink-kubernetes-operator",
  },
  {
    chart: "karpenter",
    version: "1.14.1",
    licence: "Apache-2.0",
    source: "aws/karpenter-provider-aws v1.14.1, charts/karpenter",
  },
  {
    chart: "karpenter-crd",
    version: "1.14.1",
    licence: "Apache-2.0",
    source: "aws/karpenter-provider-aws v1.14.1, charts/karpenter-crd",
  },
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
];
