/** Labels of workspaces. */

/** Name of the workspace that a pod belongs to. */
export const WORKSPACE_LABEL = "beamstack-iac/workspace";
