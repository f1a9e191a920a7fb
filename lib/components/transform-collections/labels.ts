/** Label of claims and Jobs of collections. */

/** Name of the collection. */
export const COLLECTION_LABEL = "beamstack-iac/transform-collection";
