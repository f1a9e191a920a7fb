/** Rules on secrets that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import type { SecretAsk } from "#lib/kube/secret-store";

/** Two components ask for one Secret with different values. */
export function secretTwice({ name, namespace }: SecretAsk, path: string): Problem {
  return {
    id: "external-secrets.secret-twice",
    path,
    got: `two Secrets ${name} in namespace ${namespace} with different values`,
    allowed: "one of each name",
    fix: "rename one of the components that ask for it",
  };
}

/** A store that nothing reads has no effect. */
export const UNUSED = {
  id: "external-secrets.unused",
  got: "a store that nothing reads",
  allowed: "stores that have the secrets of something",
  fix: "refer to it, such as databases.<name>.user.password.store, or remove it",
  severity: "warning",
} as const;

/** Only pods of the pod network have policies that keep others away from the webhook. */
export function webhookOnHost(path: string): Problem {
  return {
    id: "external-secrets.webhook-on-host",
    path,
    got: "webhooks in the host's network",
    allowed: "webhooks in the pod network",
    fix: "use existing with an operator that you have configured for it, or give the API server access to pods",
  };
}
