/** Compute classes of GKE: nodes on demand. */

export { ComputeClass } from "./compute-class";
export { GkeComputeClasses } from "./gke-compute-classes";
export { gkeComputeClassPin } from "./pin";
export { type GkeComputeClassProps, gkeComputeClassSchema } from "./schema";
export { gkeComputeClass } from "./section";
