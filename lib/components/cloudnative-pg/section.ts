/** Section `cloudnativePg` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { productionProblems } from "./checks";
import { CloudnativePgOperator, definitions } from "./cloudnative-pg-operator";
import { cloudnativePgPin } from "./pin";
import { PostgresCluster } from "./postgres-cluster";
import { cloudnativePgSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** CloudNativePG: PostgreSQL in the cluster. @default not installed */
    cloudnativePg: typeof cloudnativePgSectionSchema;
  }
  interface DeclaredAt {
    "cloudnativePg.clusters": "databaseServer";
  }
}

const HOME = { namespace: "cnpg-system" };

/** CloudNativePG. */
export const cloudnativePg = section({
  key: "cloudnativePg",
  stage: "data-preparation",
  pin: cloudnativePgPin,
  crds: definitions,
  schema: cloudnativePgSectionSchema,
  declares: { databaseServer: "clusters" },
  uses: ["certificateIssuer"],
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, clusters }, site) {
    const { scope } = operatorPart(site, own.existing, HOME);
    const [certificateIssuer] = site.all("certificateIssuer").values();
    const operator = new CloudnativePgOperator(scope, "Operator", { ...own, ...(certificateIssuer && { certificateIssuer }) });
    for (const [name, settings] of Object.entries(clusters)) {
      site.namespace(settings.namespace, ["clusters", name]);
      const part = site.part(["clusters", name], { namespace: settings.namespace, priority: "beamstack-serving" });
      const cluster = new PostgresCluster(part, name, { ...settings, name, operator });
      if (site.environment.production) addProblems(cluster, productionProblems(settings, ownerOf(cluster).source));
      site.give("databaseServer", name, cluster);
    }
  },
});
