/** The one list of components: one line for each, in alphabetical order. */

export * from "./beam/index";
export * from "./cert-manager/index";
export * from "./cluster-api/index";
export * from "./databases/index";
export * from "./dask/index";
export * from "./elasticsearch/index";
export * from "./flink/index";
export * from "./foundation/index";
export * from "./gke-compute-class/index";
export * from "./gpu-operator/index";
export * from "./kafka/index";
export * from "./karpenter/index";
export * from "./karpenter-azure/index";
export * from "./karpenter-gcp/index";
export * from "./kueue/index";
export * from "./mlflow/index";
export * from "./node-pools/index";
export * from "./object-storage/index";
export * from "./prometheus/index";
export * from "./qdrant/index";
export * from "./ray/index";
export * from "./seaweedfs/index";
export * from "./spark/index";
export * from "./topics/index";
export * from "./vector-indexes/index";
