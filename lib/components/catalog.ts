/** The one list of components: one line for each, in alphabetical order. */

export * from "./beam/index";
export * from "./cert-manager/index";
export * from "./cloudnative-pg/index";
export * from "./databases/index";
export * from "./elasticsearch/index";
export * from "./external-secrets/index";
export * from "./flink/index";
export * from "./foundation/index";
export * from "./karpenter/index";
export * from "./kueue/index";
export * from "./node-pools/index";
export * from "./object-storage/index";
export * from "./prometheus/index";
export * from "./ray/index";
export * from "./seaweedfs/index";
export * from "./spark/index";
