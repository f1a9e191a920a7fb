/** The controller of LeaderWorkerSet. */

import { ApiObject } from "cdk8s";
import { Construct, type IDependable } from "constructs";
import { definitions } from "#lib/imports/leader-worker-set/index";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { webhooksOnHost } from "#lib/kube/network-settings";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import type { IPodGroups, PodGroupsAsk } from "#lib/kube/pod-groups";
import { settingsOf } from "#lib/kube/props";
import { leaderWorkerSetAlerts } from "./alerts";
import { webhookOnHost } from "./checks";
import { leaderWorkerSetDashboard } from "./dashboard";
import { groupObject } from "./group-object";
import { leaderWorkerSetPin } from "./pin";
import { leaderPods } from "./pods";
import { type LeaderWorkerSetOperatorProps, leaderWorkerSetOperatorSchema } from "./schema";
import { leaderWorkerSetValues } from "./values";

/** Port of the pods. Source: LeaderWorkerSet v0.8.0, charts/lws, values service.port. */
const WEBHOOK_PORT = 9443;

/** LeaderWorkerSet: groups of pods that start, fail and are replaced together. */
export class LeaderWorkerSetOperator extends Construct implements IMonitored, IPodGroups {
  /** Namespace of the controller. */
  public readonly namespace: string;
  /** Dependency of groups. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;
  /** Source: LeaderWorkerSet v0.8.0, api/leaderworkerset/v1, LwsLeaderAddress and LwsWorkerIndex. */
  public readonly leaderAddress = "LWS_LEADER_ADDRESS";
  public readonly podNumber = "LWS_WORKER_INDEX";

  public constructor(scope: Construct, id: string, props: LeaderWorkerSetOperatorProps = {}) {
    super(scope, id);
    setOwner(this, leaderWorkerSetPin.name);
    const settings = settingsOf(this, leaderWorkerSetOperatorSchema, props, {
      checks: operatorChecks({
        schema: leaderWorkerSetOperatorSchema,
        pin: leaderWorkerSetPin,
        installed: (_each, path) => (webhooksOnHost(this) ? [webhookOnHost(path)] : []),
      }),
    });
    const made = installOperator(this, {
      pin: leaderWorkerSetPin,
      settings,
      definitions,
      values: (context) => leaderWorkerSetValues(settings, context),
      namespace: "lws-system",
      release: "lws",
      labels: { "app.kubernetes.io/name": "lws" },
      webhooks: [{ port: WEBHOOK_PORT }],
      monitoring: { alerts: [leaderWorkerSetAlerts], dashboards: [leaderWorkerSetDashboard] },
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }

  public leaderLabels(name: string): Readonly<Record<string, string>> {
    return leaderPods(name);
  }

  public group(scope: Construct, ask: PodGroupsAsk): IDependable {
    return new ApiObject(scope, `Groups-${ask.name}`, groupObject(ask));
  }
}
