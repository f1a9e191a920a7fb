/** Section `karpenter` of the environment file. */

import { section } from "#lib/environment/section";
import { installedIn, isForeign } from "#lib/kube/existing";
import { Karpenter, karpenterCrds } from "./karpenter";
import { karpenterPin } from "./pin";
import { karpenterSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Karpenter, which creates the nodes of pools of type `karpenter-aws`. @default not installed */
    karpenter: typeof karpenterSchema;
  }
}

/** Namespace of the controller. */
const NAMESPACE = "karpenter";
/** Where Karpenter's own guide installs it. Source: Karpenter documentation, Getting Started. */
const USUAL = "kube-system";

/** Karpenter. */
export const karpenter = section({
  key: "karpenter",
  stage: "compute",
  pin: karpenterPin,
  crds: karpenterCrds,
  schema: karpenterSchema,
  gives: ["nodeProvisioner"],
  foreign: ({ existing }) => (existing ? [{ namespace: installedIn(existing, USUAL), path: [] }] : []),
  build(settings, site) {
    const { existing } = settings;
    const namespace = isForeign(site.chart, existing) ? installedIn(existing, USUAL) : NAMESPACE;
    site.give("nodeProvisioner", "karpenter-aws", new Karpenter(site.part([], { namespace }), "Karpenter", settings));
  },
});
