/** External Secrets in the contract suite: one entry for each type of store, with a reader in two namespaces. */

import type { Construct } from "constructs";
import {
  ExternalSecretStore,
  ExternalSecretsOperator,
  type ExternalSecretsOperatorProps,
  externalSecretsOperatorSchema,
  externalSecretsPin,
  type SecretStoreProps,
  secretStoreSchema,
} from "#lib/components/external-secrets/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { pods } from "#lib/kube/network";
import { type AlertCase, type ContractEntry, contractEntry } from "../../../contract/entry";

const SERIES = 'externalsecret_status_condition{namespace="mlflow", name="database-tracking", condition="Ready", status="False"}';

const alerts: readonly AlertCase[] = [
  { alert: "ExternalSecretsSecretNotReady", series: { [SERIES]: "1x30" }, at: "20m", raised: true },
  { alert: "ExternalSecretsSecretNotReady", series: { [SERIES]: "1x10 0x20" }, at: "20m", raised: false },
];

const operator = contractEntry<ExternalSecretsOperatorProps>({
  title: "ExternalSecretsOperator",
  pin: externalSecretsPin,
  schema: externalSecretsOperatorSchema,
  build: (scope, props) => new ExternalSecretsOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(1) } } },
    existing: { existing: true },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts,
});

type Of<T extends SecretStoreProps["type"]> = Extract<SecretStoreProps, { type: T }>;

function entryOf<T extends SecretStoreProps["type"]>(type: T, rest: Pick<ContractEntry<Of<T>>, "smallest" | "variants" | "refused">) {
  return contractEntry<Of<T>>({
    title: `ExternalSecretStore ${type}`,
    pin: externalSecretsPin,
    schema: secretStoreSchema,
    build: (scope: Construct, props) => {
      const place = { name: "subject", operator: { pods: pods("external-secrets") } };
      const store = new ExternalSecretStore(scope, "Subject", { ...(props as SecretStoreProps), ...place });
      const values = { password: { key: "database", property: "password" } };
      store.provide({ name: "database", namespace: "mlflow", values, plain: { username: "mlflow" }, type: "kubernetes.io/basic-auth" });
      store.provide({ name: "token", namespace: "feast", values: { token: { key: "token" } } });
    },
    ...rest,
  });
}

const refresh = { refresh: Duration.minutes(5) };
const role = "arn:aws:iam::123456789012:role/secrets";

const aws = entryOf("aws", {
  smallest: { type: "aws", region: "eu-central-1", role },
  variants: {
    type: { region: "us-east-1" },
    refresh,
    service: { service: "parameter-store" },
    region: { region: "us-east-1" },
    role: { role: `${role}-2` },
  },
  refused: { "spec.wrong-value": { role: "secrets" } },
});

const gcp = entryOf("gcp", {
  smallest: { type: "gcp", project: "acme-ml" },
  variants: {
    type: { project: "acme-other" },
    refresh,
    project: { project: "acme-other" },
    serviceAccount: { serviceAccount: "secrets@acme-ml.iam.gserviceaccount.com" },
  },
  refused: { "spec.wrong-value": { project: "UPPER" } },
});

const guid = (last: number) => `00000000-0000-0000-0000-00000000000${last}`;

const azure = entryOf("azure", {
  smallest: { type: "azure", vaultUrl: "https://acme.vault.azure.net", tenantId: guid(1), clientId: guid(2) },
  variants: {
    type: { clientId: guid(3) },
    refresh,
    vaultUrl: { vaultUrl: "https://other.vault.azure.net" },
    tenantId: { tenantId: guid(3) },
    clientId: { clientId: guid(3) },
  },
  refused: { "spec.wrong-value": { tenantId: "acme" } },
});

const vault = entryOf("vault", {
  smallest: { type: "vault", server: "https://vault.example.com:8200", role: "beamstack" },
  variants: {
    type: { role: "other" },
    refresh,
    server: { server: "https://vault.vault.svc:8200" },
    path: { path: "kv" },
    version: { version: "v1" },
    role: { role: "other" },
    mountPath: { mountPath: "cluster-1" },
    ca: { ca: secretRef("vault-ca", "ca.crt") },
  },
  refused: { "spec.wrong-value": { server: "http://vault.example.com" } },
});

const kubernetes = entryOf("kubernetes", {
  smallest: { type: "kubernetes", namespace: "vault" },
  variants: { type: { namespace: "other" }, refresh, namespace: { namespace: "other" } },
  refused: { "spec.wrong-value": { namespace: "UPPER" } },
});

/** What the contract suite tries. */
export const entries = [operator, aws, gcp, azure, vault, kubernetes];
