/** SeaweedFS: object storage in the cluster. */

export { seaweedfsPin } from "./pin";
export { type SeaweedfsProps, type SeaweedOperatorProps, seaweedfsSchema, seaweedOperatorSchema } from "./schema";
export { SeaweedOperator, type SeaweedOperatorPlace } from "./seaweed-operator";
export { Seaweedfs, type SeaweedfsPlace } from "./seaweedfs";
export { seaweedfs } from "./section";
