/** Section `kubeflowModelRegistry` of the environment file. */

import { section } from "#lib/environment/section";
import { KubeflowModelRegistry } from "./kubeflow-model-registry";
import { kubeflowModelRegistryPin } from "./pin";
import { kubeflowModelRegistrySectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Kubeflow Model Registry: metadata of models and their versions, with a UI. @default not installed */
    kubeflowModelRegistry: typeof kubeflowModelRegistrySectionSchema;
  }
  interface DeclaredAt {
    "kubeflowModelRegistry.servers": "modelRegistry";
  }
}

/** Kubeflow Model Registry. */
export const kubeflowModelRegistry = section({
  key: "kubeflowModelRegistry",
  stage: "model-registry",
  pin: kubeflowModelRegistryPin,
  schema: kubeflowModelRegistrySectionSchema,
  declares: { modelRegistry: "servers" },
  build({ servers }, site) {
    for (const [name, settings] of Object.entries(servers)) {
      const { namespace } = settings;
      const scope = site.part(["servers", name], { namespace, priority: "beamstack-serving" });
      site.give("modelRegistry", name, new KubeflowModelRegistry(scope, name, { ...settings, name }));
    }
  },
});
