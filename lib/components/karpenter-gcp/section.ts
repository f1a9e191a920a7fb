/** Section `karpenterGcp` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { KarpenterGcp, karpenterGcpCrds } from "./karpenter-gcp";
import { karpenterGcpPin } from "./pin";
import { karpenterGcpSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Karpenter on Google Cloud, which creates the nodes of pools of type `karpenter-gcp`. @default not installed */
    karpenterGcp: typeof karpenterGcpSchema;
  }
}

/** Its own guide installs it into `karpenter-system`. Source: karpenter-provider-gcp, README. */
const HOME = { namespace: karpenterGcpPin.name, usual: "karpenter-system", path: [] };

/** Karpenter on Google Cloud. */
export const karpenterGcp = section({
  key: "karpenterGcp",
  stage: "compute",
  pin: karpenterGcpPin,
  crds: karpenterGcpCrds,
  schema: karpenterGcpSchema,
  chartExample: {
    project: "ml-team",
    location: "europe-west4",
    clusterName: "any",
    controllerAccount: "karpenter@any.iam.gserviceaccount.com",
    nodes: { image: { type: "ubuntu", release: "24.04", version: "v20260416" }, serviceAccount: "nodes@any.iam.gserviceaccount.com" },
  },
  gives: ["nodeProvisioner"],
  foreign: ({ existing }) => foreignOperator(existing, HOME),
  build(settings, site) {
    const { scope } = operatorPart(site, settings.existing, HOME);
    site.give("nodeProvisioner", "karpenter-gcp", new KarpenterGcp(scope, "Karpenter", settings));
  },
});
