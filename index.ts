/** What other programs may use: environments, platforms, releases and their sinks, and what a component of your own is built from. */

export { z } from "zod";
export { createPlatform, type EnvironmentContext, type Platform, type PlatformProps, type Resolved } from "#charts/platform";
export { type ReleaseOptions, releaseOf } from "#charts/release-of";
export { StageChart } from "#charts/stage-chart";
export * from "#lib/beam/builder/transforms";
export type {
  BeamPipelineSpec,
  BeamProviderSpec,
  BeamTestSpec,
  BeamTransformSpec,
  BeamWindowing,
} from "#lib/beam/pipeline-spec";
export { validatePipeline } from "#lib/beam/validate";
export type { Verbatim, YamlMap, YamlValue } from "#lib/beam/yaml-text";
export type { CheckContext, RuleException } from "#lib/checks/context";
export { checkRelease } from "#lib/checks/index";
export * from "#lib/components/catalog";
export { catalog } from "#lib/components/registry";
export { Duration } from "#lib/core/duration";
export type { JsonObject, JsonValue } from "#lib/core/json";
export { ConfigError, type Problem, type Result, unwrap } from "#lib/core/problem";
export { durationSchema, imageSchema, labelNameSchema, secretRefSchema, sizeSchema } from "#lib/core/schema";
export { type SecretRef, secretRef } from "#lib/core/secret-ref";
export { Size } from "#lib/core/size";
export { file } from "#lib/environment/files";
export {
  type INamespace,
  type NamespaceNeed,
  type PartOptions,
  type Section,
  type Site,
  section,
} from "#lib/environment/section";
export * from "#lib/environment/spec";
export type { Defaults } from "#lib/environment/with-defaults";
export { type FileTree, plainTree } from "#lib/gitops/plain";
export { conditionReady } from "#lib/kube/condition-ready";
export { setForeignNamespaces } from "#lib/kube/foreign";
export type { HardenedContainer, HardenedInitContainer } from "#lib/kube/hardened-container";
export { HardenedWorkload, type HardenedWorkloadProps, type WorkloadAccount, type WorkloadService } from "#lib/kube/hardened-workload";
export { restrictedContainerSecurity, restrictedPodSecurity } from "#lib/kube/hardening";
export { HelmRelease, type HelmReleaseProps } from "#lib/kube/helm-release";
export { imageFor, repositoryAndTag, setImageRegistry } from "#lib/kube/images";
export * from "#lib/kube/labels";
export type { Alert, AlertGroup, DashboardContent, IMonitored, MetricsTarget, Monitoring } from "#lib/kube/monitoring";
export {
  ANYWHERE,
  allow,
  apiServerFlow,
  CLOUD_IDENTITY,
  dnsFlow,
  type FlowEnd,
  type FlowPort,
  type FlowProps,
  OUTSIDE,
  type PodsEnd,
  pods,
  webhookFlow,
} from "#lib/kube/network";
export { placement } from "#lib/kube/node-pool";
export { type GroupKind, type KubeObject, objectId } from "#lib/kube/object";
export { Operator, type OperatorMode, type OperatorProps } from "#lib/kube/operator";
export { namespaceOf, type Owner, ownerOf, type Place, priorityOf, setOwner, setPlace } from "#lib/kube/ownership";
export { type PartResources, partResources, partResourcesSchema } from "#lib/kube/part-resources";
export type { ChartPin, ComponentPin, Durability, OwnedKind } from "#lib/kube/pin";
export { type PodAsk, placementProblems } from "#lib/kube/placement";
export { addProblems, isSound } from "#lib/kube/problems";
export { type PropsOf, ref, type SettingsOf, settingsOf } from "#lib/kube/props";
export { setPullSecrets } from "#lib/kube/pull-secrets";
export type { FromSpec, Readiness, SimulatedState, StatusTest } from "#lib/kube/readiness";
export { type Amounts, type Requests, resources } from "#lib/kube/resources";
export * from "#lib/kube/roles";
export { spread } from "#lib/kube/spread";
export { STAGES, type Stage } from "#lib/kube/stage";
export type { IWebInterface, WebInterface } from "#lib/kube/web-interface";
export type { RunLimits, WorkloadClaim, WorkloadKind } from "#lib/kube/workload-kind";
export type { Patch } from "#lib/release/patch";
export type { Deviation, Edge, Release, ReleaseChart, ReleaseFile, ReleaseObject } from "#lib/release/release";
