/** Labels and annotations of our objects. */

/** Manager of the object: always {@link MANAGED_BY}. */
export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
/** Value of {@link MANAGED_BY_LABEL}. */
export const MANAGED_BY = "beamstack-iac";
/** The product an object belongs to, such as `flink`. */
export const COMPONENT_LABEL = "beamstack-iac/component";
/** The environment that the object belongs to, such as `prod`. */
export const ENVIRONMENT_LABEL = "beamstack-iac/environment";
/** The stage of the ML lifecycle, such as `data-preparation`. */
export const STAGE_LABEL = "beamstack-iac/stage";
/** `true` on every object that replaces a real operator on a simulated cluster. */
export const SIMULATED_LABEL = "beamstack-iac/simulated";
/** Annotation: path in the environment file that the object comes from. */
export const SOURCE_ANNOTATION = "beamstack-iac/source";
/** Annotation: paths of the things in the environment file that the data of this one comes from directly, with commas between them. */
export const UPSTREAM_ANNOTATION = "beamstack-iac/upstream";
/** Annotation: digest of the synthesized object, the same for both sinks. */
export const DIGEST_ANNOTATION = "beamstack-iac/digest";
/**
 * Annotation: on a simulated cluster, `failed` walks a custom resource to the failed state of its readiness row, and makes the containers
 * of a pod exit with 1.
 */
export const SIMULATE_ANNOTATION = "beamstack-iac/simulate";

/** Annotation on a simulated operator: the Helm values of the real one. */
export const HELM_VALUES_ANNOTATION = "beamstack-iac/helm-values";

/**
 * Annotation of the Pulumi Kubernetes provider: the field manager. Without it each resource gets a random one that is
 * stored in the state only, and objects that a killed run applied but did not save would conflict with the next run.
 */
export const FIELD_MANAGER_ANNOTATION = "pulumi.com/patchFieldManager";

/**
 * Annotation of the Pulumi Kubernetes provider: server-side apply takes over conflicting fields, such as manual edits. Without
 * it the next `up` fails on them. Objects of other owners are rejected before anything is applied.
 */
export const FORCE_ANNOTATION = "pulumi.com/patchForce";

/** Owner of an object. */
export interface Ownership {
  readonly component: string;
  readonly environment: string;
  readonly stage: string;
}

/** The owner labels of an object. */
export function ownerLabels(owner: Ownership): Record<string, string> {
  return {
    [MANAGED_BY_LABEL]: MANAGED_BY,
    "app.kubernetes.io/part-of": "beamstack",
    [COMPONENT_LABEL]: owner.component,
    [ENVIRONMENT_LABEL]: owner.environment,
    [STAGE_LABEL]: owner.stage,
  };
}
