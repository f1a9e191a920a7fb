/** A CA of a Secret as a file in a container. */

import { Secret, Volume, type VolumeMount } from "cdk8s-plus-28";
import type { Construct } from "constructs";
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

/** Mounts of a CA for containers of cdk8s-plus; `scope` owns the volume, and the same CA twice is the same volume. */
export function caVolumeMounts(scope: Construct, trust: CaMount | undefined): VolumeMount[] {
  if (!trust) return [];
  const { name, secret } = trust.volume;
  const items = Object.fromEntries(secret.items.map(({ key, path }) => [key, { path }]));
  const known = scope.node.tryFindChild(`Volume-${name}`);
  const source = () => Secret.fromSecretName(scope, `Secret-${name}`, secret.secretName);
  const volume = known instanceof Volume ? known : Volume.fromSecret(scope, `Volume-${name}`, source(), { name, items });
  return [{ path: trust.mount.mountPath, volume, readOnly: true }];
}
