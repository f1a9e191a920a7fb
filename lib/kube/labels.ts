/** The labels and annotations by which our objects are known. */

/** Who made it: on every object, always {@link MANAGED_BY}. */
export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
/** Value of {@link MANAGED_BY_LABEL}. */
export const MANAGED_BY = "beamstack-iac";
/** The product an object belongs to, such as `flink`. */
export const COMPONENT_LABEL = "beamstack-iac/component";
/** The environment that made it, such as `prod`. */
export const ENVIRONMENT_LABEL = "beamstack-iac/environment";
/** The stage of the ML lifecycle, such as `data-preparation`. */
export const STAGE_LABEL = "beamstack-iac/stage";
/** `true` on everything that stands in for a real operator on a simulated cluster. */
export const SIMULATED_LABEL = "beamstack-iac/simulated";
/** Annotation: path in the environment file that asked for the object. */
export const SOURCE_ANNOTATION = "beamstack-iac/source";
/** Annotation: digest of the object as it was synthesized, the same from both sinks. */
export const DIGEST_ANNOTATION = "beamstack-iac/digest";
/**
 * Annotation: on a simulated cluster, `failed` walks a custom resource to the failed state of its readiness row, and makes the containers
 * of a pod exit with 1.
 */
export const SIMULATE_ANNOTATION = "beamstack-iac/simulate";

/** Annotation: on the stand-in of an operator, the Helm values that the real one would have been given. */
export const HELM_VALUES_ANNOTATION = "beamstack-iac/helm-values";

/**
 * Annotation of the Pulumi Kubernetes provider: the manager under which it applies. Without it each resource gets a
 * random one that only the state knows, and what a killed run applied but did not save would conflict with the rerun.
 */
export const FIELD_MANAGER_ANNOTATION = "pulumi.com/patchFieldManager";

/**
 * Annotation of the Pulumi Kubernetes provider: fields that somebody else set by hand are taken back. Without it the next
 * `up` fails on them. Objects of other owners are refused before anything is applied, so no other's fields are meant.
 */
export const FORCE_ANNOTATION = "pulumi.com/patchForce";

/** Who an object belongs to. */
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
