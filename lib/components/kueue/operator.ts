/** The controller of Kueue. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/kueue/index";
import { existingProblems, isForeign } from "#lib/kube/existing";
import { imageFor } from "#lib/kube/images";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { allow, apiServerFlow, pods, webhookFlow } from "#lib/kube/network";
import { webhooksOnHost } from "#lib/kube/network-settings";
import { Operator } from "#lib/kube/operator";
import { namespaceOf, priorityOf, setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { kueueAlerts } from "./alerts";
import { METRICS_PORT, WEBHOOK_PORT } from "./configuration";
import { kueueDashboard } from "./dashboard";
import { kueuePin } from "./pin";
import { type KueueOperatorProps, kueueOperatorSchema } from "./schema";
import { kueueValues } from "./values";

/** Port at which the API server asks for the positions of waiting jobs. */
const VISIBILITY_PORT = 8082;

/** Kueue: admits jobs while the quota of their queue is free. */
export class KueueOperator extends Construct implements IMonitored {
  /** Namespace of the controller. */
  public readonly namespace: string;
  /** What queues depend on. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: KueueOperatorProps = {}) {
    super(scope, id);
    setOwner(this, kueuePin.name);
    const settings = settingsOf(this, kueueOperatorSchema, props, {
      checks: (each, path) => existingProblems(kueueOperatorSchema, each, { pin: kueuePin, path, keeps: ["fairSharing"] }),
    });
    const existing = isForeign(this, settings.existing);
    const namespace = namespaceOf(this) ?? "kueue-system";
    this.namespace = namespace;
    const hostNetwork = webhooksOnHost(this);
    const image = imageFor(this, kueuePin.images.operator);
    this.operator = new Operator(this, "Operator", {
      pin: kueuePin,
      existing: settings.existing,
      namespace,
      values: kueueValues(settings, { image, priority: priorityOf(this), hostNetwork }),
      definitions,
    });
    const controller = pods(namespace, { "control-plane": "controller-manager" }, { hostNetwork });
    this.monitoring = {
      // Whether the metrics of an installation of others are open is not known.
      targets: existing
        ? []
        : [
            {
              name: "kueue",
              pods: controller,
              port: METRICS_PORT,
              service: { labels: { "app.kubernetes.io/component": "metrics-service" }, port: "https" },
            },
          ],
      alerts: [kueueAlerts()],
      dashboards: [kueueDashboard()],
    };
    if (existing) return;
    allow(this, [
      apiServerFlow("kueue", controller),
      webhookFlow("kueue", controller, WEBHOOK_PORT),
      webhookFlow("kueue-visibility", controller, VISIBILITY_PORT),
    ]);
  }
}
