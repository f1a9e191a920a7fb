/** SealedSecrets of one file. */

import { ApiObject } from "cdk8s";
import { Construct, type IDependable } from "constructs";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { encryptedSecrets } from "#lib/kube/encrypted-secret";
import type { KubeObject } from "#lib/kube/object";
import { ownerOf, setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { sealedProblems } from "./checks";
import { sealedSecretsPin } from "./pin";
import { type SealedSecretFileProps, sealedSecretFileSchema } from "./schema";
import { SEALED_FORM } from "./sealed-form";

/** Content of the file, and the controller that reads it. */
export interface SealedSecretFilePlace {
  /** Absent if the file does not exist. */
  readonly text: string | undefined;
  readonly operator: { readonly namespace: string; readonly operator: IDependable };
}

/** SealedSecrets of one file, as `kubeseal` wrote them. */
export class SealedSecretFile extends Construct {
  public constructor(scope: Construct, id: string, { text, operator, ...props }: SealedSecretFileProps & SealedSecretFilePlace) {
    super(scope, id);
    setOwner(this, sealedSecretsPin.name);
    const path = ownerOf(this).source;
    const { file } = settingsOf(this, sealedSecretFileSchema, props);
    const { secrets, problems } = encryptedSecrets({ file, text, path }, SEALED_FORM);
    addProblems(this, [...problems, ...secrets.flatMap((secret) => sealedProblems(secret, operator.namespace, path))]);
    for (const { name, namespace, manifest } of secrets) {
      const resource = new ApiObject(this, `${namespace}.${name}`, sealedSecret(manifest));
      resource.node.addDependency(operator.operator);
    }
  }
}

/** As its author keeps it, without what `kubeseal` writes for nothing (`creationTimestamp: null`). */
function sealedSecret({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }), ...(labels && { labels }), ...(annotations && { annotations }) },
    ...(isJsonObject(rest["spec"]) && { spec: withoutNulls(rest["spec"]) }),
  };
}

function withoutNulls(value: JsonObject): JsonObject {
  const kept = (item: JsonValue): JsonValue => (isJsonObject(item) ? withoutNulls(item) : item);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null || item === undefined ? [] : [[key, kept(item)]])),
  );
}
