/** Props of a traffic split. */

import { z } from "zod";
import { labelNameSchema, subdomainNameSchema } from "#lib/core/schema";
import type { SettingsOf } from "#lib/kube/props";

/** A Gateway that exists, for requests to one host. */
export const gatewayThroughSchema = z.strictObject({
  /** A Gateway inside the cluster that exists: requests to its host are shared, and those to the Service are not. */
  type: z.literal("gateway"),
  /** Name of the Gateway; it must admit routes from the namespace of the service. */
  name: subdomainNameSchema,
  /** Namespace of the Gateway. */
  namespace: labelNameSchema,
  /** Listener that the routes attach to. @default every listener that admits them */
  listener: labelNameSchema.optional(),
  /** Host name of the requests. */
  host: subdomainNameSchema,
  /** Pods that requests come from: those of the controller's data plane. */
  source: z.strictObject({
    /** Their namespace, whose network policies belong to the controller's owner. */
    namespace: labelNameSchema,
    /** Their labels. @default every pod of the namespace */
    labels: z.record(z.string().min(1), z.string()).default({}),
  }),
});

const throughSchema = z.discriminatedUnion("type", [
  z.strictObject({
    /** The cluster's service mesh, for requests to the Service: it must serve HTTPRoutes whose parent is a Service, as Istio, Linkerd and Cilium do. */
    type: z.literal("mesh"),
  }),
  gatewayThroughSchema,
]);

/** A traffic split. */
export const splitSchema = z.strictObject({
  /** What shares the requests. */
  through: throughSchema,
  /** Pods for a newer version. They are always there; while no rollout goes on they have the version that serves, and get no requests. @default 1 */
  replicas: z.int().min(1).max(1000).default(1),
});

/** Settings of a traffic split. */
export type SplitSettings = SettingsOf<typeof splitSchema>;
