/** A store as the operator reads it. */

import type { JsonObject } from "#lib/core/json";
import type { SecretStoreSettings } from "./schema";

/** Annotations of the ServiceAccount by which a namespace reads the store. Sources: EKS, IRSA; GKE, Workload Identity Federation; Azure Workload Identity. */
export function accountAnnotations(store: SecretStoreSettings): Record<string, string> {
  switch (store.type) {
    case "aws":
      return { "eks.amazonaws.com/role-arn": store.role };
    case "gcp":
      return store.serviceAccount === undefined ? {} : { "iam.gke.io/gcp-service-account": store.serviceAccount };
    case "azure":
      return { "azure.workload.identity/client-id": store.clientId, "azure.workload.identity/tenant-id": store.tenantId };
    case "vault":
    case "kubernetes":
      return {};
  }
}

const SERVICES = { "secrets-manager": "SecretsManager", "parameter-store": "ParameterStore" } as const;

/** Field `provider`; the operator asks for tokens of the ServiceAccount. Source: External Secrets v2.9.0, apis/externalsecrets/v1. */
export function provider(store: SecretStoreSettings, account: string): JsonObject {
  const serviceAccountRef = { name: account };
  switch (store.type) {
    case "aws":
      return { aws: { service: SERVICES[store.service], region: store.region, auth: { jwt: { serviceAccountRef } } } };
    case "gcp":
      return { gcpsm: { projectID: store.project, auth: { workloadIdentity: { serviceAccountRef } } } };
    case "azure":
      return { azurekv: { vaultUrl: store.vaultUrl, authType: "WorkloadIdentity", serviceAccountRef } };
    case "vault": {
      const { server, path, version, role, mountPath, ca } = store;
      return {
        vault: {
          server,
          path,
          version,
          auth: { kubernetes: { mountPath, role, serviceAccountRef } },
          ...(ca && { caProvider: { type: "Secret", name: ca.name, key: ca.key } }),
        },
      };
    }
    case "kubernetes":
      return {
        kubernetes: {
          remoteNamespace: store.namespace,
          // Every namespace has the cluster's CA in this ConfigMap.
          server: { url: "https://kubernetes.default.svc", caProvider: { type: "ConfigMap", name: "kube-root-ca.crt", key: "ca.crt" } },
          auth: { serviceAccount: serviceAccountRef },
        },
      };
  }
}
