/** Section `karpenter` of the environment file. */

import { section } from "#lib/environment/section";
import { Karpenter, karpenterCrds } from "./karpenter";
import { karpenterPin } from "./pin";
import { karpenterSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Karpenter, which creates the nodes of pools of type `karpenter-aws`. @default not installed */
    karpenter: typeof karpenterSchema;
  }
}

/** Karpenter. */
export const karpenter = section({
  key: "karpenter",
  stage: "compute",
  pin: karpenterPin,
  crds: karpenterCrds,
  schema: karpenterSchema,
  gives: ["nodeProvisioner"],
  build(settings, site) {
    site.give("nodeProvisioner", "karpenter-aws", new Karpenter(site.part([], { namespace: "karpenter" }), "Karpenter", settings));
  },
});
