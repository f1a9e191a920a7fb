/** Feast: features for training and serving. */

export { FeastOperator } from "./feast-operator";
export { FeastFeatureStore, type FeatureStorePlace } from "./feature-store";
export { feastPin } from "./pin";
export {
  type FeastOperatorProps,
  type FeatureStoreProps,
  feastOperatorSchema,
  feastSectionSchema,
  featureStoreSchema,
} from "./schema";
export { feast } from "./section";
