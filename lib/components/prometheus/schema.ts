/** Props of Prometheus and of what comes with it. */

import { z } from "zod";
import { Duration } from "#lib/core/duration";
import { durationSchema, labelNameSchema, sizeSchema, subdomainNameSchema } from "#lib/core/schema";
import type { PropsOf, SettingsOf } from "#lib/kube/props";

/** Props of Prometheus. */
export const prometheusSchema = z.strictObject({
  /** Prometheus and Alertmanager pods each. @default 1 */
  replicas: z.int().min(1).max(5).default(1),
  /** How long samples are kept. @default 10d */
  retention: durationSchema.default(Duration.days(10)),
  /** Volume of each Prometheus pod. @default none: samples are lost with the pod */
  storage: z
    .strictObject({
      size: sizeSchema,
      /** Storage class of the volume. @default the cluster's default class */
      storageClass: subdomainNameSchema.optional(),
    })
    .optional(),
  /** Time between two scrapes. @default 30s */
  scrapeInterval: durationSchema.default(Duration.seconds(30)),
  /** Grafana with the dashboards of the environment. @default not installed: a password must come from a Secret */
  grafana: z
    .strictObject({
      /** Name of a Secret that exists, with the keys `admin-user` and `admin-password`. */
      adminSecret: labelNameSchema,
    })
    .optional(),
  /** Metrics of nodes; its pods see all of their node. @default true */
  nodeExporter: z.boolean().default(true),
  /** Scrape etcd, scheduler, controller manager and kube-proxy, which managed clusters hide. @default false */
  controlPlane: z.boolean().default(false),
});

/** Props of Prometheus. */
export type PrometheusProps = PropsOf<typeof prometheusSchema>;

/** Settings of Prometheus: its props with every default filled in. */
export type PrometheusSettings = SettingsOf<typeof prometheusSchema>;
