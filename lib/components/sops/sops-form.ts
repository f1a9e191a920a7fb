/** What `sops` writes. Source: SOPS v3.11.0, aes/cipher.go and stores/stores.go. */

import { isJsonObject, type JsonValue } from "#lib/core/json";
import type { EncryptedForm } from "#lib/kube/encrypted-secret";

const ENCRYPTED = /^ENC\[AES256_GCM,data:[A-Za-z0-9+/=]*,iv:[A-Za-z0-9+/=]+,tag:[A-Za-z0-9+/=]+,type:\w+\]$/;

/** Lists of keys, one of which decrypts the file. */
const KEYS = ["age", "kms", "gcp_kms", "azure_kv", "hc_vault", "pgp", "key_groups"];

/** The form of encrypted values. Empty ones stay as they are. */
export const SOPS_FORM: EncryptedForm = {
  apiVersion: "v1",
  kind: "Secret",
  values: [["data"], ["stringData"]],
  isEncrypted: (text) => text === "" || ENCRYPTED.test(text),
  about: "sops",
  encrypt: "sops encrypt --encrypted-regex '^(data|stringData)$' <Secret> > <file>",
};

/** Is this what `sops` says of a file: keys that decrypt it, and a code that tells when somebody changed it? */
export function isSopsBlock(value: JsonValue | undefined): boolean {
  if (!isJsonObject(value)) return false;
  const { mac } = value;
  return typeof mac === "string" && ENCRYPTED.test(mac) && KEYS.some((key) => Array.isArray(value[key]) && value[key].length > 0);
}
