/** A CA of a Secret as a file in a container. */

import type { SecretRef } from "#lib/core/secret-ref";

/** How a CA gets into pods. */
export interface CaMount {
  /** Path of the CA in the container. */
  readonly file: string;
  readonly volume: {
    readonly name: string;
    readonly secret: { readonly secretName: string; readonly items: readonly { readonly key: string; readonly path: string }[] };
  };
  readonly mount: { readonly name: string; readonly mountPath: string; readonly readOnly: true };
}

/** Volume and mount of a CA, and where it is; `name` tells CAs of a pod apart. */
export function caMount(name: string, ca: SecretRef): CaMount {
  const mountPath = `/etc/beamstack/${name}`;
  return {
    file: `${mountPath}/ca.crt`,
    volume: { name, secret: { secretName: ca.name, items: [{ key: ca.key, path: "ca.crt" }] } },
    mount: { name, mountPath, readOnly: true },
  };
}
