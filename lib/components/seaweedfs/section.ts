/** Section `seaweedfs` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/seaweedfs/index";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { productionProblems } from "./checks";
import { seaweedfsPin } from "./pin";
import { seaweedfsSectionSchema } from "./schema";
import { SeaweedOperator } from "./seaweed-operator";
import { Seaweedfs } from "./seaweedfs";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** SeaweedFS: object storage in the cluster. @default not installed */
    seaweedfs: typeof seaweedfsSectionSchema;
  }
  interface DeclaredAt {
    "seaweedfs.clusters": "objectStore";
  }
}

const HOME = { namespace: "seaweedfs" };

/** SeaweedFS. */
export const seaweedfs = section({
  key: "seaweedfs",
  stage: "data-preparation",
  pin: seaweedfsPin,
  crds: definitions,
  schema: seaweedfsSectionSchema,
  chartExample: { clusters: {} },
  declares: { objectStore: "clusters" },
  uses: ["certificateIssuer"],
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, clusters }, site) {
    const { scope } = operatorPart(site, own.existing, HOME);
    const [certificateIssuer] = site.all("certificateIssuer").values();
    const operator = new SeaweedOperator(scope, "Operator", { ...own, ...(certificateIssuer && { certificateIssuer }) });
    for (const [name, settings] of Object.entries(clusters)) {
      site.namespace(settings.namespace, ["clusters", name]);
      const part = site.part(["clusters", name], { namespace: settings.namespace, priority: "beamstack-serving" });
      const cluster = new Seaweedfs(part, name, { ...settings, name, operator });
      if (site.environment.production) addProblems(cluster, productionProblems(settings, ownerOf(cluster).source));
      site.give("objectStore", name, cluster);
    }
  },
});
