/** Kubeflow Model Registry: metadata of models and their versions. */

export { KubeflowModelRegistry, type KubeflowModelRegistryPlace } from "./kubeflow-model-registry";
export { kubeflowModelRegistryPin } from "./pin";
export { type KubeflowModelRegistryProps, kubeflowModelRegistrySchema, kubeflowModelRegistrySectionSchema } from "./schema";
export { kubeflowModelRegistry } from "./section";
