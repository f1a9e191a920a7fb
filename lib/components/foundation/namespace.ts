/** A namespace as the platform makes them. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { setOwner } from "#lib/kube/ownership";

/** Props of a {@link PlatformNamespace}. */
export interface PlatformNamespaceProps {
  readonly name: string;
  /** Pod Security level that the API server enforces. @default "restricted" */
  readonly podSecurity?: "restricted" | "baseline" | "privileged";
  /** Path in the environment file that asked for it. @default the construct's path */
  readonly source?: string;
}

/** A namespace with its Pod Security level. */
export class PlatformNamespace extends Construct {
  /** Name of the namespace. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: PlatformNamespaceProps) {
    super(scope, id);
    const { name, podSecurity = "restricted", source } = props;
    setOwner(this, "foundation", source);
    this.name = name;
    new k8s.KubeNamespace(this, "Resource", {
      metadata: {
        name,
        labels: { "pod-security.kubernetes.io/enforce": podSecurity, "pod-security.kubernetes.io/enforce-version": "v1.34" },
      },
    });
  }
}
