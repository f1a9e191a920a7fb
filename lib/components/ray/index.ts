/** Ray: clusters, jobs and services, on KubeRay. */

export { type RayNamePlace, RayNodes, type RayNodesProps } from "./nodes";
export { rayPin } from "./pin";
export { RayCluster } from "./ray-cluster";
export { RayCronJob, RayJob } from "./ray-job";
export { RayOperator, type RayOperatorPlace } from "./ray-operator";
export { RayService } from "./ray-service";
export { RayTrial } from "./ray-trial";
export {
  type RayClusterProps,
  type RayCronJobProps,
  type RayJobProps,
  type RayOperatorProps,
  type RayServiceProps,
  type RayTrialProps,
  rayClusterSchema,
  rayCronJobSchema,
  rayJobSchema,
  rayOperatorSchema,
  raySectionSchema,
  rayServiceSchema,
  rayTrialSchema,
} from "./schema";
export { ray } from "./section";
