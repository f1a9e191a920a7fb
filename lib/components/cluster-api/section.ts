/** Section `clusterApi` of the environment file. */

import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/cluster-api/index";
import { ClusterApi } from "./cluster-api";
import { clusterApiPin } from "./pin";
import { clusterApiSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Cluster API in a cluster that manages itself, which makes the machines of pools of type `cluster-api`. @default not used */
    clusterApi: typeof clusterApiSchema;
  }
}

/** Cluster API. */
export const clusterApi = section({
  key: "clusterApi",
  stage: "compute",
  pin: clusterApiPin,
  crds: definitions,
  schema: clusterApiSchema,
  gives: ["nodeProvisioner"],
  foreign: ({ namespace }) => [{ namespace, path: ["namespace"] }],
  build(settings, site) {
    site.namespace(settings.namespace, ["namespace"]);
    site.give("nodeProvisioner", "cluster-api", new ClusterApi(site.part([]), "ClusterApi", settings));
  },
});
