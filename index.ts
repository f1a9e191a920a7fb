/** What other programs may use: environments, constructs, releases. */

export { createPlatform, type EnvironmentContext, type Platform, type PlatformProps, type Resolved } from "#charts/platform";
export { releaseOf } from "#charts/release-of";
export { StageChart } from "#charts/stage-chart";
export * from "#lib/components/catalog";
export { catalog } from "#lib/components/registry";
export { Duration } from "#lib/core/duration";
export { ConfigError, type Problem, type Result } from "#lib/core/problem";
export { type SecretRef, secretRef } from "#lib/core/secret-ref";
export { Size } from "#lib/core/size";
export { type NamespaceNeed, type Section, type Site, section } from "#lib/environment/section";
export * from "#lib/environment/spec";
export type { HardenedContainer, HardenedInitContainer } from "#lib/kube/hardened-container";
export { HardenedWorkload, type HardenedWorkloadProps, type WorkloadAccount, type WorkloadService } from "#lib/kube/hardened-workload";
export { type PropsOf, ref, type SettingsOf, settingsOf } from "#lib/kube/props";
export type { Amounts, Requests } from "#lib/kube/resources";
export * from "#lib/kube/roles";
export type { RunLimits, WorkloadClaim, WorkloadKind } from "#lib/kube/workload-kind";
export type { Release } from "#lib/release/release";
