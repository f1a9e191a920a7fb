/** Props of the router of a language model. */

import { z } from "zod";
import { partResourcesSchema } from "#lib/kube/part-resources";
import type { SettingsOf } from "#lib/kube/props";
import { gatewayThroughSchema } from "./split-schema";

const weightSchema = z.int().min(1).max(100);

/** The router of a language model. */
export const routerSchema = z.strictObject({
  /** Gateway through which requests come: its controller must serve InferencePools, as Envoy Gateway, Istio, kgateway and GKE do. */
  through: gatewayThroughSchema,
  /** Weights of what the endpoint picker compares pods by. @default those below */
  scorers: z
    .strictObject({
      /** Part of the prompt that a pod has in its KV cache. @default 3 */
      prefixCache: weightSchema.default(3),
      /** Requests that wait for a pod: few count more. @default 2 */
      queue: weightSchema.default(2),
      /** Free part of a pod's KV cache. @default 2 */
      kvCacheUtilization: weightSchema.default(2),
    })
    .prefault({}),
  /** Requests and limits of the endpoint picker. @default 1 core and 2Gi, at most 6 cores and 16Gi */
  resources: partResourcesSchema.optional(),
});

/** Settings of a router. */
export type RouterSettings = SettingsOf<typeof routerSchema>;
