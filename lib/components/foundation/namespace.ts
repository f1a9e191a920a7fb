/** A namespace as the platform makes them: levels, quota, limits, closed network, an account without a token. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { allow, dnsFlow, OUTSIDE, pods } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { namespaceProblems } from "./checks";
import { foundationPin, POD_SECURITY_VERSION } from "./pin";
import { type NamespaceProps, namespaceDefaults, type PodSecurity } from "./props";
import { containerLimits, quotaLimits } from "./quota";

/** Annotation: why a namespace does without the Pod Security level "restricted". */
const REASON_ANNOTATION = "beamstack-iac/pod-security-reason";

/** Name of a namespace and which line asked for it. */
export interface NamespacePlace {
  readonly name: string;
  /** Path in the environment file that asked for it. @default the construct's path */
  readonly source?: string;
}

/** Props of a {@link PlatformNamespace}. */
export type PlatformNamespaceProps = NamespaceProps & NamespacePlace;

/** A namespace and what stands in every namespace. */
export class PlatformNamespace extends Construct {
  /** Name of the namespace. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: PlatformNamespaceProps) {
    super(scope, id);
    const { name, source, ...own } = props;
    setOwner(this, foundationPin.name, source);
    addProblems(this, namespaceProblems(own, source ?? this.node.path));
    const { podSecurity = namespaceDefaults.podSecurity, egress = namespaceDefaults.egress } = own;
    this.name = name;
    this.addNamespace(podSecurity);
    this.addLimits(own);
    this.addNetwork(egress);
    this.addDefaultAccount();
  }

  private addNamespace(podSecurity: PodSecurity): void {
    const { level, reason } = podSecurity === "restricted" ? { level: podSecurity, reason: undefined } : podSecurity;
    new k8s.KubeNamespace(this, "Resource", {
      metadata: {
        name: this.name,
        labels: podSecurityLabels(level),
        ...(reason !== undefined && { annotations: { [REASON_ANNOTATION]: reason } }),
      },
    });
  }

  private addLimits(props: NamespaceProps): void {
    const namespace = this.name;
    new k8s.KubeResourceQuota(this, "Quota", {
      metadata: { name: "quota", namespace },
      spec: { hard: quotaLimits({ ...namespaceDefaults.quota, ...props.quota }) },
    });
    new k8s.KubeLimitRange(this, "Limits", {
      metadata: { name: "container-defaults", namespace },
      spec: { limits: [containerLimits({ ...namespaceDefaults.containerDefaults, ...props.containerDefaults })] },
    });
  }

  private addNetwork(egress: "closed" | "open"): void {
    new k8s.KubeNetworkPolicy(this, "DefaultDeny", {
      metadata: { name: "default-deny", namespace: this.name },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
    allow(this, dnsFlow(this.name));
    if (egress === "open") allow(this, [{ name: "allow-outside", from: pods(this.name), to: OUTSIDE, ports: [] }]);
  }

  /** The cluster makes this account itself; pods that name no account must not get its token (CIS Kubernetes Benchmark 5.1.5). */
  private addDefaultAccount(): void {
    new k8s.KubeServiceAccount(this, "DefaultAccount", {
      metadata: { name: "default", namespace: this.name },
      automountServiceAccountToken: false,
    });
  }
}

/** The same level enforced, audited and warned of: what is admitted today is not warned of tomorrow. */
function podSecurityLabels(level: string): Record<string, string> {
  const modes = ["enforce", "audit", "warn"];
  return Object.fromEntries(
    modes.flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, level],
      [`pod-security.kubernetes.io/${mode}-version`, POD_SECURITY_VERSION],
    ]),
  );
}
