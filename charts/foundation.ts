/** Stage `foundation`: namespaces and what every other stage stands on. */

import type { Construct } from "constructs";
import { CertManager } from "#lib/components/cert-manager/index";
import {
  type NamespaceProps,
  PlatformNamespace,
  type PlatformNamespaceProps,
  POD_SECURITY_EXCEPTIONS,
  PriorityClasses,
  type QuotaProps,
} from "#lib/components/foundation/index";
import { totalQuota } from "#lib/components/node-pools/index";
import { PROMETHEUS_NAMESPACE, prometheusDefaults } from "#lib/components/prometheus/index";
import type { Environment } from "#lib/environment/spec";
import type { PriorityName } from "#lib/kube/priority";
import { StageChart } from "./stage-chart";

/** Class of everything that other things cannot do without. */
export const OPERATOR_PRIORITY: PriorityName = "beamstack-system";

/** Namespaces, priorities, certificates. Other stages ask it for the namespaces they need. */
export class FoundationChart extends StageChart {
  /** What operators and workloads name in their pods. */
  public readonly priorityClasses: PriorityClasses;
  /** Absent where the environment has none. */
  public readonly certManager?: CertManager;
  private readonly namespaces = new Map<string, PlatformNamespace>();
  private readonly quota: QuotaProps;

  public constructor(
    scope: Construct,
    private readonly environment: Environment,
  ) {
    super(scope, "foundation");
    this.quota = totalQuota(environment.nodePools ?? {});
    this.priorityClasses = new PriorityClasses(this, "PriorityClasses");
    if (environment.certManager) {
      const { name: namespace } = this.ensureNamespace({ name: "cert-manager", source: "certManager" });
      const place = { namespace, source: "certManager", priority: OPERATOR_PRIORITY };
      this.certManager = new CertManager(this, "CertManager", { ...environment.certManager, ...place });
      this.certManager.operator.node.addDependency(this.priorityClasses);
    }
  }

  /** The namespace of this name; made when first asked for. What the environment says of it comes before what the caller says. */
  public ensureNamespace(props: PlatformNamespaceProps): PlatformNamespace {
    const known = this.namespaces.get(props.name);
    if (known) return known;
    const own = this.environment.namespaces?.[props.name];
    const quota = { ...this.quota, ...props.quota, ...own?.quota };
    const security = podSecurityFor(props.name, this.environment);
    const made = new PlatformNamespace(this, `Namespace-${props.name}`, { ...security, ...props, ...own, quota });
    this.namespaces.set(props.name, made);
    return made;
  }

  /** Makes the namespaces that the environment names and no component asked for. Call it after all stages are built. */
  public addNamedNamespaces(): void {
    for (const name of Object.keys(this.environment.namespaces ?? {})) this.ensureNamespace({ name, source: `namespaces.${name}` });
  }
}

/** What is installed decides, whoever asks for the namespace first. */
function podSecurityFor(name: string, { monitoring }: Environment): Pick<NamespaceProps, "podSecurity"> {
  const nodeExporter = monitoring !== undefined && (monitoring.nodeExporter ?? prometheusDefaults.nodeExporter);
  return nodeExporter && name === PROMETHEUS_NAMESPACE ? { podSecurity: POD_SECURITY_EXCEPTIONS.nodeExporter } : {};
}
