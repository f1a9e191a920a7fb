/** The CloudNativePG operator, and its plugin for backups to buckets. */

import { Construct, type IDependable } from "constructs";
import { definitions as barman } from "#lib/imports/barman-cloud/index";
import { definitions as postgres } from "#lib/imports/cloudnative-pg/index";
import { HelmRelease } from "#lib/kube/helm-release";
import { imageFor } from "#lib/kube/images";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, type PodsEnd, pods } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { type Operator, operatorMode } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { cloudnativePgAlerts } from "./alerts";
import { webhookOnHost } from "./checks";
import { cloudnativePgDashboard } from "./dashboard";
import { barmanChart, cloudnativePgPin } from "./pin";
import { type CloudnativePgOperatorProps, type CloudnativePgOperatorSettings, cloudnativePgOperatorSchema } from "./schema";
import { OPERATOR_PORTS, operatorValues, pluginValues } from "./values";

/** Port at which the plugin answers the operator. Source: the plugin chart's service.yaml. */
const PLUGIN_PORT = 9090;

/** CRDs of the operator and of the plugin. */
export const definitions = () => [...postgres(), ...barman()];

/** Context of the operator besides its props. */
export interface CloudnativePgOperatorPlace {
  /** Issuer of the plugin's certificates. @default none: no plugin, and no backups */
  readonly certificateIssuer?: IDependable;
}

/** The CloudNativePG operator. */
export class CloudnativePgOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  /** Can clusters have backups? */
  public readonly backsUp: boolean;
  public readonly monitoring: Monitoring;
  /** Dependency of clusters. */
  public readonly operator: Operator;

  public constructor(scope: Construct, id: string, props: CloudnativePgOperatorProps & CloudnativePgOperatorPlace = {}) {
    super(scope, id);
    const { certificateIssuer, ...own } = props;
    setOwner(this, cloudnativePgPin.name);
    const settings = settingsOf(this, cloudnativePgOperatorSchema, own, {
      checks: operatorChecks<CloudnativePgOperatorSettings>({
        schema: cloudnativePgOperatorSchema,
        pin: cloudnativePgPin,
        installed: (_each, path) => (webhooksOnHost(this) ? [webhookOnHost(path)] : []),
      }),
    });
    const made = installOperator(this, {
      pin: cloudnativePgPin,
      settings,
      definitions,
      values: (context) => operatorValues(settings, context),
      namespace: "cnpg-system",
      labels: { "app.kubernetes.io/name": "cloudnative-pg" },
      webhooks: [{ port: OPERATOR_PORTS.webhook }],
      metrics: { port: OPERATOR_PORTS.metrics },
      monitoring: { alerts: [cloudnativePgAlerts], dashboards: [cloudnativePgDashboard()] },
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
    this.backsUp = made.isForeign || certificateIssuer !== undefined;
    if (certificateIssuer && !made.isForeign) this.addPlugin(certificateIssuer);
  }

  /** The operator finds the plugin by a label of its Service, in its own namespace only. */
  private addPlugin(certificateIssuer: IDependable): void {
    const plugin = pods(this.namespace, { "app.kubernetes.io/name": barmanChart.name });
    allow(this, [
      apiServerFlow(barmanChart.name, plugin),
      { name: "cloudnative-pg-to-plugin", from: this.pods, to: plugin, ports: [{ port: PLUGIN_PORT }] },
    ]);
    if (operatorMode(this) === "simulated") return;
    const { images } = cloudnativePgPin;
    const release = new HelmRelease(this, "Plugin", {
      name: barmanChart.name,
      namespace: this.namespace,
      chart: barmanChart,
      values: pluginValues({ plugin: imageFor(this, images.plugin), sidecar: imageFor(this, images.sidecar) }, priorityOf(this)),
      provides: ["barmancloud.cnpg.io/ObjectStore"],
    });
    release.node.addDependency(certificateIssuer);
  }
}
