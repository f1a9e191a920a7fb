/** Every rule, in alphabetical order of its id. */

import type { Rule } from "./rule";
import { annotationSize } from "./rules/annotation-size";
import { configMapSize } from "./rules/config-map-size";
import { containerResources } from "./rules/container-resources";
import { disruptionBudgetSelects } from "./rules/disruption-budget-selects";
import { dropAllCapabilities } from "./rules/drop-all-capabilities";
import { gpuBudget } from "./rules/gpu-budget";
import { gpuFragmentation } from "./rules/gpu-fragmentation";
import { imagePinned } from "./rules/image-pinned";
import { imageRegistry } from "./rules/image-registry";
import { ingressTls } from "./rules/ingress-tls";
import { labelSyntax } from "./rules/label-syntax";
import { namespaceDefaultDeny } from "./rules/namespace-default-deny";
import { namespaceExists } from "./rules/namespace-exists";
import { namespaceLimitRange } from "./rules/namespace-limit-range";
import { namespacePodSecurity } from "./rules/namespace-pod-security";
import { namespaceQuota } from "./rules/namespace-quota";
import { namespaceQuotaFits } from "./rules/namespace-quota-fits";
import { noHostNamespaces } from "./rules/no-host-namespaces";
import { noHostPaths } from "./rules/no-host-paths";
import { noHostPorts } from "./rules/no-host-ports";
import { noMetadataEgress } from "./rules/no-metadata-egress";
import { noPrivilegeEscalation } from "./rules/no-privilege-escalation";
import { noPrivileged } from "./rules/no-privileged";
import { noSecretData } from "./rules/no-secret-data";
import { noSecretInClearText } from "./rules/no-secret-in-clear-text";
import { objectName } from "./rules/object-name";
import { objectSize } from "./rules/object-size";
import { ownNamespace } from "./rules/own-namespace";
import { ownServiceAccount } from "./rules/own-service-account";
import { productionDisruptionBudget } from "./rules/production-disruption-budget";
import { productionDurableStorage } from "./rules/production-durable-storage";
import { productionGpuQuota } from "./rules/production-gpu-quota";
import { productionReplicas } from "./rules/production-replicas";
import { queueBudget } from "./rules/queue-budget";
import { rbacBindings } from "./rules/rbac-bindings";
import { rbacNoAdmissionControl } from "./rules/rbac-no-admission-control";
import { rbacNoClusterSecrets } from "./rules/rbac-no-cluster-secrets";
import { rbacNoEscalation } from "./rules/rbac-no-escalation";
import { rbacNoExec } from "./rules/rbac-no-exec";
import { rbacNoWildcard } from "./rules/rbac-no-wildcard";
import { readOnlyRoot } from "./rules/read-only-root";
import { readinessProbe } from "./rules/readiness-probe";
import { runAsNonRoot } from "./rules/run-as-non-root";
import { seccompProfile } from "./rules/seccomp-profile";
import { serviceAccountToken } from "./rules/service-account-token";
import { serviceExposure } from "./rules/service-exposure";

/** All rules. */
export const RULES: readonly Rule[] = [
  annotationSize,
  configMapSize,
  containerResources,
  disruptionBudgetSelects,
  dropAllCapabilities,
  gpuBudget,
  gpuFragmentation,
  imagePinned,
  imageRegistry,
  ingressTls,
  labelSyntax,
  namespaceDefaultDeny,
  namespaceExists,
  namespaceLimitRange,
  namespacePodSecurity,
  namespaceQuota,
  namespaceQuotaFits,
  noHostNamespaces,
  noHostPaths,
  noHostPorts,
  noMetadataEgress,
  noPrivilegeEscalation,
  noPrivileged,
  noSecretData,
  noSecretInClearText,
  objectName,
  objectSize,
  ownNamespace,
  ownServiceAccount,
  productionDisruptionBudget,
  productionDurableStorage,
  productionGpuQuota,
  productionReplicas,
  queueBudget,
  rbacBindings,
  rbacNoAdmissionControl,
  rbacNoClusterSecrets,
  rbacNoEscalation,
  rbacNoExec,
  rbacNoWildcard,
  readOnlyRoot,
  readinessProbe,
  runAsNonRoot,
  seccompProfile,
  serviceAccountToken,
  serviceExposure,
];
