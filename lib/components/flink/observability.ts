/** Alerts and dashboards of all session clusters of an environment. */

import { Construct } from "constructs";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { flinkAlerts } from "./alerts";
import { beamOnFlinkDashboard, flinkDashboard } from "./dashboards";
import { flinkPin } from "./pin";
import { type FlinkAlertProps, flinkAlertSchema } from "./schema";

/** Alerts and dashboards; monitoring finds them in the construct tree. */
export class FlinkObservability extends Construct implements IMonitored {
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: FlinkAlertProps = {}) {
    super(scope, id);
    setOwner(this, flinkPin.name);
    this.monitoring = {
      alerts: [flinkAlerts(settingsOf(this, flinkAlertSchema, props))],
      dashboards: [flinkDashboard, beamOnFlinkDashboard],
    };
  }
}
