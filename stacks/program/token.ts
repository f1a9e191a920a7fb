/** The Pulumi type of a Kubernetes object: the token its class in `@pulumi/kubernetes` has. */

import type { KubeObject } from "#lib/kube/object";

/** Token of a Helm release. Source: `@pulumi/kubernetes` helm/v3/release.js. */
export const HELM_RELEASE_TOKEN = "kubernetes:helm.sh/v3:Release";

/**
 * `kubernetes:<group>/<version>:<Kind>`, the legacy group spelled `core`. The rule is the same for built-in kinds
 * and for custom ones (`apiextensions.CustomResource` of the SDK makes its token so).
 */
export function resourceToken({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): string {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}
