/** Props of kube-prometheus-stack. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, labelNameSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import { installationSchema } from "#lib/kube/existing";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { PropsOf, SettingsOf } from "#lib/kube/props";
import { storedSecretSchema } from "#lib/kube/stored-secret";

/** Props of Prometheus. */
export const prometheusSchema = z.strictObject({
  /**
   * Uses a Prometheus operator that is on the cluster already: `true`, or its namespace, version and the labels by which it selects monitors.
   * Nothing of it is created; other props are rejected.
   *
   * @default installed by this environment
   */
  existing: z
    .union([
      z.literal(true),
      installationSchema.extend({
        /** Labels of monitors and rules that it selects. @default `release: kube-prometheus-stack` */
        labels: z.record(z.string().min(1), z.string()).optional(),
        /** Root of the HTTP API of Prometheus, for queries of autoscalers. @default that of kube-prometheus-stack in the namespace */
        url: z
          .string()
          .regex(/^https?:\/\/[a-z0-9][a-z0-9.-]*(?::[1-9]\d{0,4})?(?:\/[\w./-]*)?$/, {
            error: "an address such as http://prometheus.monitoring.svc:9090",
          })
          .optional(),
      }),
    ])
    .optional(),
  /** Prometheus and Alertmanager pods each. @default 1 */
  replicas: z.int().min(1).max(5).default(1),
  /** Requests and limits of its pods. @default 1Gi, at most 2Gi, for Prometheus and Grafana; 128Mi, at most 256Mi, for the others */
  resources: z
    .strictObject({
      /** Prometheus; it needs more memory with more series. @default 0.2 cores and 1Gi, at most 2 cores and 2Gi */
      prometheus: partResourcesSchema.optional(),
      /** Alertmanager. @default 0.05 cores and 128Mi, at most 0.5 cores and 256Mi */
      alertmanager: partResourcesSchema.optional(),
      /** The operator. @default 0.05 cores and 128Mi, at most 0.5 cores and 256Mi */
      operator: partResourcesSchema.optional(),
      /** Grafana. @default 0.2 cores and 1Gi, at most 2 cores and 2Gi */
      grafana: partResourcesSchema.optional(),
      /** kube-state-metrics; it needs more memory with more objects. @default 0.05 cores and 128Mi, at most 0.5 cores and 256Mi */
      kubeStateMetrics: partResourcesSchema.optional(),
      /** node-exporter, on every node. @default 0.05 cores and 128Mi, at most 0.5 cores and 256Mi */
      nodeExporter: partResourcesSchema.optional(),
    })
    .optional(),
  /** How long samples are kept. @default 10d */
  retention: durationSchema.default(Duration.days(10)),
  /** Volume of each Prometheus pod. @default none: samples are lost with the pod */
  storage: z
    .strictObject({
      /** Size of the volume. */
      size: sizeSchema,
      /** Storage class of the volume. @default the cluster's default storage class */
      storageClass: subdomainNameSchema.optional(),
    })
    .optional(),
  /** Time between two scrapes, at most 5m. @default 30s */
  scrapeInterval: durationSchema.default(Duration.seconds(30)),
  /** Installs Grafana with the dashboards of the environment. @default not installed, because its password must come from a Secret */
  grafana: z
    .strictObject({
      /** Name of a Secret that exists, with the keys `admin-user` and `admin-password`. @default `adminPassword` */
      adminSecret: labelNameSchema.optional(),
      /** Password of the user `admin`, in a store of secrets. @default `adminSecret` */
      adminPassword: storedSecretSchema.optional(),
    })
    .optional(),
  /** Installs node-exporter for node metrics. Its pods need host access, so they are in a namespace of their own, `node-exporter`, at Pod Security level "privileged". @default true */
  nodeExporter: z.boolean().default(true),
  /** Scrapes CoreDNS, for which the chart creates a Service in kube-system; GKE has no CoreDNS, and Autopilot rejects objects there. @default true */
  coreDns: z.boolean().default(true),
  /** Scrapes etcd, scheduler, controller manager and kube-proxy; managed clusters do not expose them. @default false */
  controlPlane: z.boolean().default(false),
});

/** Props of Prometheus. */
export type PrometheusProps = PropsOf<typeof prometheusSchema>;

/** Settings of Prometheus: its props with every default filled in. */
export type PrometheusSettings = SettingsOf<typeof prometheusSchema>;
