/** Section `mlflow` of the environment file. */

import { section } from "#lib/environment/section";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { productionProblems } from "./checks";
import { MlflowServer } from "./mlflow-server";
import { mlflowPin } from "./pin";
import { mlflowSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** MLflow: tracking of experiments and runs, and a registry of models. @default not installed */
    mlflow: typeof mlflowSectionSchema;
  }
  interface DeclaredAt {
    "mlflow.servers": "modelRegistry";
  }
}

/** MLflow. */
export const mlflow = section({
  key: "mlflow",
  stage: "model-registry",
  pin: mlflowPin,
  schema: mlflowSectionSchema,
  declares: { modelRegistry: "servers" },
  lineage: { writes: ["servers.*.artifacts"] },
  build({ servers }, site) {
    for (const [name, settings] of Object.entries(servers)) {
      const { namespace } = settings;
      const server = new MlflowServer(site.part(["servers", name], { namespace, priority: "beamstack-serving" }), name, {
        ...settings,
        name,
      });
      if (site.environment.production) addProblems(server, productionProblems(settings, ownerOf(server).source));
      site.give("modelRegistry", name, server);
    }
  },
});
