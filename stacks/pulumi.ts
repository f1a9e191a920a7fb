/** What Pulumi programs may use: an environment as one component, and a release as resources. */

export { type ApplyOptions, applyRelease } from "./apply";
export { Beamstack, type BeamstackArgs, type BeamstackOutputs } from "./beamstack";
export type { ClusterChoice } from "./program/cluster";
export { providerVersion } from "./program/provider-version";
