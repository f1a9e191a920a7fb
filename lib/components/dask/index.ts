/** Dask: clusters and jobs, on its Kubernetes operator. */

export { DaskCluster } from "./dask-cluster";
export { DaskJob } from "./dask-job";
export type { DaskNamePlace } from "./instance";
export { DaskOperator } from "./operator";
export { daskPin } from "./pin";
export {
  type DaskClusterProps,
  type DaskJobProps,
  type DaskOperatorProps,
  daskClusterSchema,
  daskJobSchema,
  daskOperatorSchema,
  daskSectionSchema,
} from "./schema";
export { dask } from "./section";
