/** A namespace of the platform: Pod Security, quota, limits, default-deny network, a ServiceAccount without a token. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { allow, apiServerFlow, dnsFlow, OUTSIDE, pods } from "#lib/kube/network";
import { networkOf } from "#lib/kube/network-settings";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { namespaceProblems } from "./checks";
import { foundationPin, POD_SECURITY_VERSION } from "./pin";
import { containerLimits, quotaLimits, quotaOf } from "./quota";
import { type NamespaceProps, type NamespaceSettings, namespaceSchema } from "./schema";

/** Annotation: why a namespace is below Pod Security level "restricted". */
const REASON_ANNOTATION = "beamstack-iac/pod-security-reason";

/** Name of a namespace, and what its components want. */
interface NamespacePlace {
  readonly name: string;
  /** Labels by which operators know it. @default none */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Props of a {@link PlatformNamespace}. */
export type PlatformNamespaceProps = NamespaceProps & NamespacePlace;

/** A namespace with the objects that every namespace has. */
export class PlatformNamespace extends Construct {
  /** Name of the namespace. */
  public readonly name: string;

  public constructor(scope: Construct, id: string, props: PlatformNamespaceProps) {
    super(scope, id);
    const { name, labels = {}, ...own } = props;
    setOwner(this, foundationPin.name);
    const settings = settingsOf(this, namespaceSchema, own, { checks: namespaceProblems });
    this.name = name;
    this.addNamespace(settings.podSecurity, labels);
    this.addLimits(settings);
    this.addNetwork(settings.egress);
    this.addDefaultAccount();
  }

  private addNamespace(podSecurity: NamespaceSettings["podSecurity"] = "restricted", labels: Readonly<Record<string, string>>): void {
    const { level, reason } = podSecurity === "restricted" ? { level: podSecurity, reason: undefined } : podSecurity;
    new k8s.KubeNamespace(this, "Resource", {
      metadata: {
        name: this.name,
        labels: { ...labels, ...podSecurityLabels(level) },
        ...(reason !== undefined && { annotations: { [REASON_ANNOTATION]: reason } }),
      },
    });
  }

  private addLimits(settings: NamespaceSettings): void {
    const namespace = this.name;
    new k8s.KubeResourceQuota(this, "Quota", {
      metadata: { name: "quota", namespace },
      spec: { hard: quotaLimits(quotaOf(settings)) },
    });
    new k8s.KubeLimitRange(this, "Limits", {
      metadata: { name: "container-defaults", namespace },
      spec: { limits: [containerLimits(settings.containerDefaults)] },
    });
  }

  private addNetwork(egress: "closed" | "open"): void {
    new k8s.KubeNetworkPolicy(this, "DefaultDeny", {
      metadata: { name: "default-deny", namespace: this.name },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    });
    allow(this, dnsFlow(this.name, networkOf(this).dns));
    const from = pods(this.name);
    // Cilium does not match the API server by CIDR.
    if (egress === "open") allow(this, [{ name: "allow-outside", from, to: OUTSIDE, ports: [] }, apiServerFlow("allow", from)]);
  }

  /** Kubernetes creates this account; pods without an account of their own must not get its token (CIS Kubernetes Benchmark 5.1.5). */
  private addDefaultAccount(): void {
    new k8s.KubeServiceAccount(this, "DefaultAccount", {
      metadata: { name: "default", namespace: this.name },
      automountServiceAccountToken: false,
    });
  }
}

/** The same level for enforce, audit and warn. */
function podSecurityLabels(level: string): Record<string, string> {
  const modes = ["enforce", "audit", "warn"];
  return Object.fromEntries(
    modes.flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, level],
      [`pod-security.kubernetes.io/${mode}-version`, POD_SECURITY_VERSION],
    ]),
  );
}
