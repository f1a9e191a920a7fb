/** Stage `foundation`: namespaces and what every other stage stands on. */

import type { Construct } from "constructs";
import { CertManager } from "#lib/components/cert-manager/index";
import { PlatformNamespace, type PlatformNamespaceProps } from "#lib/components/foundation/namespace";
import type { Environment } from "#lib/environment/spec";
import { StageChart } from "./stage-chart";

/** Namespaces, certificates. Other stages ask it for the namespaces they need. */
export class FoundationChart extends StageChart {
  /** Absent where the environment has none. */
  public readonly certManager?: CertManager;
  private readonly namespaces = new Map<string, PlatformNamespace>();

  public constructor(scope: Construct, environment: Environment) {
    super(scope, "foundation");
    if (environment.certManager) {
      const { name: namespace } = this.ensureNamespace({ name: "cert-manager", source: "certManager" });
      this.certManager = new CertManager(this, "CertManager", { ...environment.certManager, namespace, source: "certManager" });
    }
  }

  /** The namespace of this name; made when first asked for. */
  public ensureNamespace(props: PlatformNamespaceProps): PlatformNamespace {
    const known = this.namespaces.get(props.name);
    if (known) return known;
    const made = new PlatformNamespace(this, `Namespace-${props.name}`, props);
    this.namespaces.set(props.name, made);
    return made;
  }
}
