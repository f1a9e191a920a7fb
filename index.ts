/** What other programs may use: environments, constructs, releases. */

export { releaseOf } from "#charts/release-of";
export { StageChart } from "#charts/stage-chart";
export { synthesize } from "#charts/synthesize";
export * from "#lib/components/beam/index";
export * from "#lib/components/cert-manager/index";
export * from "#lib/components/elasticsearch/index";
export * from "#lib/components/flink/index";
export * from "#lib/components/foundation/index";
export * from "#lib/components/karpenter/index";
export * from "#lib/components/node-pools/index";
export * from "#lib/components/prometheus/index";
export { Duration } from "#lib/core/duration";
export { ConfigError, type Problem, type Result } from "#lib/core/problem";
export { type SecretRef, secretRef } from "#lib/core/secret-ref";
export { Size } from "#lib/core/size";
export { resolve } from "#lib/environment/resolve";
export { defineEnvironment, type Environment, type EnvironmentSpec } from "#lib/environment/spec";
export type { HardenedContainer, HardenedInitContainer } from "#lib/kube/hardened-container";
export { HardenedWorkload, type HardenedWorkloadProps, type WorkloadAccount, type WorkloadService } from "#lib/kube/hardened-workload";
export type { Amounts, Requests } from "#lib/kube/resources";
export type { RunLimits, WorkloadClaim, WorkloadKind } from "#lib/kube/workload-kind";
export type { Release } from "#lib/release/release";
