/** Sealed Secrets in the contract suite. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Construct } from "constructs";
import {
  SealedSecretFile,
  type SealedSecretFileProps,
  SealedSecretsOperator,
  type SealedSecretsOperatorProps,
  sealedSecretFileSchema,
  sealedSecretsOperatorSchema,
  sealedSecretsPin,
} from "#lib/components/sealed-secrets/index";
import { Size } from "#lib/core/size";
import { type AlertCase, contractEntry } from "../../../contract/entry";

/** What kubeseal wrote, for a key that nobody has. */
const SEALED = readFileSync(join(__dirname, "../../../fixtures/secrets/grafana-admin.sealed.yaml"), "utf8");

const series = (condition: string) =>
  `sealed_secrets_controller_condition_info{exported_namespace="a", name="b", condition="${condition}"}`;

const alerts: readonly AlertCase[] = [
  { alert: "SealedSecretsNotUnsealed", series: { [series("Synced")]: "-1x30" }, at: "20m", raised: true },
  { alert: "SealedSecretsNotUnsealed", series: { [series("Synced")]: "-1x10 1x20" }, at: "20m", raised: false },
];

const operator = contractEntry<SealedSecretsOperatorProps>({
  title: "SealedSecretsOperator",
  pin: sealedSecretsPin,
  schema: sealedSecretsOperatorSchema,
  build: (scope, props) => new SealedSecretsOperator(scope, "Subject", props),
  smallest: {},
  variants: { resources: { resources: { limits: { memory: Size.gibibytes(1) } } }, existing: { existing: true } },
  refused: { "operators.without-effect-on-existing": { existing: true, resources: {} } },
  alerts,
});

/** Files by path. */
const FILES: Readonly<Record<string, string>> = {
  "sealed.yaml": SEALED,
  "other.yaml": SEALED.replaceAll("grafana-admin", "grafana-other"),
  "renamed.yaml": SEALED.replace("name: grafana-admin", "name: grafana"),
  "beside.yaml": SEALED.replaceAll("namespace: monitoring", "namespace: sealed-secrets"),
  "clear.yaml": SEALED.replace(/admin-password: \S+/, "admin-password: cGxhaW4="),
  "secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: { name: a, namespace: b }\nstringData: { key: plain }\n",
};

const files = contractEntry<SealedSecretFileProps>({
  title: "SealedSecretFile",
  pin: sealedSecretsPin,
  schema: sealedSecretFileSchema,
  build: (scope, props) => {
    const place = { namespace: "sealed-secrets", operator: new Construct(scope, "Operator") };
    new SealedSecretFile(scope, "Subject", { ...props, text: FILES[props.file], operator: place });
  },
  smallest: { file: "sealed.yaml" },
  variants: { file: { file: "other.yaml" } },
  refused: {
    "spec.wrong-value": { file: "../sealed.yaml" },
    "secrets.missing-file": { file: "absent.yaml" },
    "secrets.no-encrypted-secret": { file: "secret.yaml" },
    "secrets.clear-text": { file: "clear.yaml" },
    "sealed-secrets.renamed": { file: "renamed.yaml" },
    "sealed-secrets.beside-controller": { file: "beside.yaml" },
  },
});

/** What the contract suite tries. */
export const entries = [operator, files];
