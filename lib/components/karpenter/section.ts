/** Section `karpenter` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
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

/** Its own guide installs it into `kube-system`. Source: Karpenter documentation, Getting Started. */
const HOME = { namespace: "karpenter", usual: "kube-system", path: [] };

/** Karpenter. */
export const karpenter = section({
  key: "karpenter",
  stage: "compute",
  pin: karpenterPin,
  crds: karpenterCrds,
  schema: karpenterSchema,
  chartExample: { clusterName: "any", nodes: { image: "al2023@v20260810", identity: { type: "role", role: "any" } } },
  gives: ["nodeProvisioner"],
  foreign: ({ existing }) => foreignOperator(existing, HOME),
  build(settings, site) {
    const { scope } = operatorPart(site, settings.existing, HOME);
    site.give("nodeProvisioner", "karpenter-aws", new Karpenter(scope, "Karpenter", settings));
  },
});
