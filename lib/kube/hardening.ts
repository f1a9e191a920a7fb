/**
 * Pod and container settings of the Pod Security level "restricted", the default of every pod we write.
 * Source of the rules: Kubernetes Pod Security Standards, restricted profile.
 */

/** User and group ID of our own pods: above 10000, so that it does not collide with a user of the node. */
const DEFAULT_USER_ID = 10_001;

/** Pod-level security context of the restricted level. */
export function restrictedPodSecurity(userId: number = DEFAULT_USER_ID) {
  return {
    runAsNonRoot: true,
    runAsUser: userId,
    runAsGroup: userId,
    fsGroup: userId,
    seccompProfile: { type: "RuntimeDefault" },
  } as const;
}

/**
 * Container-level security context of the restricted level.
 *
 * @param readOnlyRoot whether the container writes to mounted volumes only
 */
export function restrictedContainerSecurity(readOnlyRoot = true) {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: readOnlyRoot,
    capabilities: { drop: ["ALL"] },
  } as const;
}
