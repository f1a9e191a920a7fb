/** A pointer to one key of a Secret that exists already; a value never appears in this program. */

/** Names a key of a Secret in the namespace of its user. */
export interface SecretRef {
  readonly type: "secret-ref";
  /** Name of the Secret object. */
  readonly name: string;
  /** Key in its `data`. */
  readonly key: string;
}

/** A reference to `key` of the Secret `name`. */
export function secretRef(name: string, key: string): SecretRef {
  return { type: "secret-ref", name, key };
}

/** A text with values of Secrets in it: its parts, one behind the other. */
export type SecretText = string | SecretRef | readonly (string | SecretRef)[];
