/** Labels of Kubeflow Model Registry. */

/** By this label of Services the UI finds registries. Source: clients/ui/bff, internal/integrations/kubernetes/types.go. */
export const COMPONENT = { component: "model-registry" } as const;

/** Name of the server's container. */
export const SERVER = "model-registry";

/** Name of the UI's container. */
export const UI = "model-registry-ui";

/** Port of both programs. */
export const PORT = 8080;
