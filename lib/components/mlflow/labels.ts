/** Labels of MLflow's pods. */

/** Name of the server that a pod belongs to. */
export const SERVER_LABEL = "beamstack-iac/mlflow";
