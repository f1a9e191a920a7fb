/** MLflow: tracking of runs, and a registry of models. */

export { MlflowServer, type MlflowServerPlace } from "./mlflow-server";
export { mlflowPin } from "./pin";
export { type MlflowServerProps, mlflowSectionSchema, mlflowServerSchema } from "./schema";
export { mlflow } from "./section";
