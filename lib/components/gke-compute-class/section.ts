/** Section `gkeComputeClass` of the environment file. */

import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/gke-compute-class/index";
import { GkeComputeClasses } from "./gke-compute-classes";
import { gkeComputeClassPin } from "./pin";
import { gkeComputeClassSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Compute classes of GKE, which creates the nodes of pools of type `gke-compute-class`. @default not used */
    gkeComputeClass: typeof gkeComputeClassSchema;
  }
}

/** Compute classes of GKE. */
export const gkeComputeClass = section({
  key: "gkeComputeClass",
  stage: "compute",
  pin: gkeComputeClassPin,
  crds: definitions,
  schema: gkeComputeClassSchema,
  gives: ["nodeProvisioner"],
  build(settings, site) {
    site.give("nodeProvisioner", "gke-compute-class", new GkeComputeClasses(site.part([]), "ComputeClasses", settings));
  },
});
