/** What `kubeseal` writes. Source: Sealed Secrets v0.40.0, pkg/crypto/crypto.go and pkg/apis/sealedsecrets/v1alpha1. */

import type { EncryptedForm } from "#lib/kube/encrypted-secret";

/** Bytes of keys of RSA with 2,048 to 8,192 bits. */
const KEY_BYTES = { min: 256, max: 1024 };
/** Bytes of the tag of AES-GCM. */
const TAG_BYTES = 16;

/** The form of sealed values: the length of the session key's ciphertext in two bytes, that ciphertext, and the value's. */
export const SEALED_FORM: EncryptedForm = {
  apiVersion: "bitnami.com/v1alpha1",
  kind: "SealedSecret",
  values: [["spec", "encryptedData"]],
  isEncrypted: (text) => {
    if (!/^[A-Za-z0-9+/]+=*$/.test(text)) return false;
    const bytes = Buffer.from(text, "base64");
    const key = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
    return key >= KEY_BYTES.min && key <= KEY_BYTES.max && bytes.length >= 2 + key + TAG_BYTES;
  },
  encrypt: "kubeseal --cert <certificate> --format yaml < <Secret> > <file>",
};
