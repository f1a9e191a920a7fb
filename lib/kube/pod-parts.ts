/** Parts of pods that operators create from templates: environment variables, and an account without a token. */

import { k8s } from "cdk8s-plus-28";
import type { Construct } from "constructs";
import { z } from "zod";
import type { JsonObject } from "#lib/core/json";
import { secretRefSchema, variableNameSchema } from "#lib/core/schema";
import type { SecretRef } from "#lib/core/secret-ref";
import type { CaMount } from "./ca-mount";

/** Environment variables: texts, and keys of Secrets that exist. */
export const environmentSchema = z.record(variableNameSchema, z.union([z.string(), secretRefSchema]));

/** Environment variables of a container, in their order: values, and keys of Secrets. */
export function environmentVariables(variables: Readonly<Record<string, string | SecretRef>>): JsonObject[] {
  return Object.entries(variables).map(([name, value]) =>
    typeof value === "string" ? { name, value } : { name, valueFrom: { secretKeyRef: { name: value.name, key: value.key } } },
  );
}

/** A volume with keys of a Secret. */
export function secretVolume({ name, secret }: CaMount["volume"]): JsonObject {
  return { name, secret: { secretName: secret.secretName, items: secret.items.map((item) => ({ ...item })) } };
}

/** What {@link podAccount} needs. */
export interface PodAccountProps {
  readonly name: string;
  readonly namespace: string;
  /** Annotations, such as those of a cloud identity. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** The ServiceAccount of pods, without a token: who calls the API server mounts one. */
export function podAccount(scope: Construct, { name, namespace, annotations }: PodAccountProps): k8s.KubeServiceAccount {
  return new k8s.KubeServiceAccount(scope, "Account", {
    metadata: { name, namespace, ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }) },
    automountServiceAccountToken: false,
  });
}

/** A volume with what Kubernetes mounts into every container of a pod by default, for pods of which only some containers may have a token. */
export function tokenVolume(name: string): JsonObject {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] } },
      ],
    },
  };
}

/** The mount of {@link tokenVolume} where clients of Kubernetes look for it. */
export function tokenMount(name: string): JsonObject {
  return { name, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true };
}
