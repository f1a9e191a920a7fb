/** Labels and annotations of claims and Jobs of pre-trained models. */

/** Name of the model. */
export const MODEL_LABEL = "beamstack-iac/pretrained-model";

/** Licence, revision and facts of the model, as JSON. */
export const MODEL_ANNOTATION = "beamstack-iac/pretrained-model";
