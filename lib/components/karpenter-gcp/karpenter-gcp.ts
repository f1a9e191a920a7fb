/** Karpenter on Google Cloud: creates nodes when pods need them. */

import { Construct } from "constructs";
import { definitions as coreDefinitions } from "#lib/imports/karpenter/index";
import { definitions as gcpDefinitions } from "#lib/imports/karpenter-gcp/index";
import { HelmRelease } from "#lib/kube/helm-release";
import { type InstalledOperator, installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { CLOUD_IDENTITY } from "#lib/kube/network";
import { operatorMode } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import type { INodeProvisioner } from "#lib/kube/provisioning";
import { addRequirements } from "#lib/kube/requirement";
import { GcpNodePool, type GcpPool } from "./gcp-node-pool";
import { gcpCrdsChart, karpenterGcpPin } from "./pin";
import { type KarpenterGcpProps, type KarpenterGcpSettings, karpenterGcpSchema } from "./schema";
import { karpenterGcpValues } from "./values";

/** CRDs of Karpenter and of its provider for Google Cloud. */
export function karpenterGcpCrds() {
  return [...coreDefinitions(), ...gcpDefinitions()];
}

const KEEPS = ["project", "location", "clusterName", "controllerAccount", "nodes"];

/** Karpenter: the controller and the common settings of its nodes. */
export class KarpenterGcp extends Construct implements INodeProvisioner, IMonitored {
  /** Settings that pools use. */
  public readonly settings: KarpenterGcpSettings;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: KarpenterGcpProps) {
    super(scope, id);
    setOwner(this, karpenterGcpPin.name);
    const settings = settingsOf(this, karpenterGcpSchema, props, {
      checks: operatorChecks({ schema: karpenterGcpSchema, pin: karpenterGcpPin, keeps: KEEPS }),
    });
    this.settings = settings;
    const made = installOperator(this, {
      pin: karpenterGcpPin,
      settings,
      definitions: karpenterGcpCrds,
      values: ({ image }) => karpenterGcpValues(settings, image),
      namespace: karpenterGcpPin.name,
      labels: { "app.kubernetes.io/name": "karpenter" },
      metrics: { port: 8080 },
      flows: (from) => [{ name: "karpenter-gcp-identity", from, ...CLOUD_IDENTITY.gcp }],
      disruptionBudget: "chart",
    });
    this.monitoring = made.monitoring;
    if (!made.isForeign) this.prepare(made);
  }

  public addPool(scope: Construct, pool: GcpPool): GcpNodePool {
    return new GcpNodePool(scope, "GcpPool", { pool, karpenter: this });
  }

  /** What the controller needs: its CRDs, and accounts in Google Cloud. */
  private prepare({ namespace, operator }: InstalledOperator): void {
    if (operatorMode(this) === "helm") {
      const provides = karpenterGcpPin.kinds.map(({ kind }) => kind);
      const { name } = gcpCrdsChart;
      operator.node.addDependency(new HelmRelease(this, "Definitions", { name, namespace, chart: gcpCrdsChart, values: {}, provides }));
    }
    const { controllerAccount, nodes, clusterName } = this.settings;
    addRequirements(this, [
      {
        type: "cloud-identity",
        name: controllerAccount,
        purpose: `Karpenter's controller creates and deletes VMs of ${clusterName}; roles/iam.workloadIdentityUser for ServiceAccount ${namespace}/${karpenterGcpPin.name}`,
      },
      { type: "cloud-identity", name: nodes.serviceAccount, purpose: `nodes join ${clusterName}: roles/container.nodeServiceAccount` },
    ]);
  }
}
