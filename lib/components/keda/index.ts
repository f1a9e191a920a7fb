/** KEDA: scales pods, and starts jobs, by events. */

export { KedaOperator, type KedaOperatorPlace } from "./operator";
export { kedaPin } from "./pin";
export { Scaler, type ScalerPlace } from "./scaler";
export { type KedaOperatorProps, kedaOperatorSchema, type ScalerProps, scalerSchema } from "./schema";
export { keda } from "./section";
