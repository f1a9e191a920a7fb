/** How the program of a preview learns that its cluster does not answer. */

/** Set for the program by `preview`, which has asked the cluster. */
export const CLUSTER_AWAY_VARIABLE = "BEAMSTACK_IAC_CLUSTER_AWAY";
