/** Role of a store of secrets outside of the cluster, such as a vault: it creates Secrets for components that name a value in it. */

import type { IConstruct, IDependable } from "constructs";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";

/** Where a value is in a store. */
export interface StoredValue {
  /** Name of the entry in the store. */
  readonly key: string;
  /** Field of the entry. @default the whole entry */
  readonly property?: string | undefined;
}

/** A Secret that a component needs. */
export interface SecretAsk {
  /** Name and namespace of the Secret. */
  readonly name: string;
  readonly namespace: string;
  /** Values from the store, by key of the Secret. */
  readonly values: Readonly<Record<string, StoredValue>>;
  /** Values that are no secrets, such as a user's name, by key of the Secret. @default none */
  readonly plain?: Readonly<Record<string, string>>;
  /** Type of the Secret. @default "Opaque" */
  readonly type?: "Opaque" | "kubernetes.io/basic-auth";
  /** Labels of the Secret, by which operators find it. @default none */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A store of secrets. No value of it is ever part of a release. */
export interface ISecretStore extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  /** Creates a Secret, on which its readers depend; the same ask twice is the same Secret. */
  provide(ask: SecretAsk): IDependable;
}

/** A value of a store. */
export interface StoredSecret extends StoredValue {
  readonly type: "stored-secret";
  readonly store: ISecretStore;
}

/** A Secret as its readers use it. */
export interface ProvidedSecret {
  readonly ref: SecretRef;
  /** Its readers depend on it. @default the Secret exists already */
  readonly dependency?: IDependable;
}

/** The key of a Secret that holds a value: the one that exists, or `place` for a value of a store. */
export function provideSecret(value: SecretRef | StoredSecret, place: SecretRef & { readonly namespace: string }): ProvidedSecret {
  if (value.type === "secret-ref") return { ref: value };
  const { name, key, namespace } = place;
  return { ref: secretRef(name, key), dependency: value.store.provide({ name, namespace, values: { [key]: storedValue(value) } }) };
}

/** Where the value is, without its store. */
export function storedValue({ key, property }: StoredValue): StoredValue {
  return { key, ...(property !== undefined && { property }) };
}
