/** The Feast operator, from objects of our own: upstream has a file of manifests and no chart. */

import { Probe } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/feast/index";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { imageFor } from "#lib/kube/images";
import { installOperator } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { PodsEnd } from "#lib/kube/network";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { partAmounts, partResources } from "#lib/kube/part-resources";
import { settingsOf } from "#lib/kube/props";
import type { OperatorPlace } from "#lib/kube/simulation";
import { operatorAlerts } from "./alerts";
import { feastDashboard } from "./dashboard";
import { OPERATOR_NAME, OPERATOR_NAMESPACE } from "./labels";
import { addClusterRole, LEADER_RULES } from "./operator-roles";
import { feastPin } from "./pin";
import { type FeastOperatorProps, type FeastOperatorSettings, feastOperatorSchema } from "./schema";

const METRICS_PORT = 8080;
const HEALTH_PORT = 8081;

/** Source: dist/install.yaml; its 10m of CPU are too little to win the election of a leader on a busy node. */
const DEFAULTS = { requests: { cpu: 0.05, memory: Size.mebibytes(128) }, limits: { cpu: 1, memory: Size.mebibytes(256) } };

/** The Feast operator. */
export class FeastOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  /** The operator's pods: one end of a network flow. */
  public readonly pods: PodsEnd;
  /** Dependency of feature stores. */
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;
  /** Does it belong to somebody else? */
  public readonly isForeign: boolean;

  public constructor(scope: Construct, id: string, props: FeastOperatorProps = {}) {
    super(scope, id);
    setOwner(this, feastPin.name);
    const settings = settingsOf(this, feastOperatorSchema, props, {
      checks: operatorChecks({ schema: feastOperatorSchema, pin: feastPin }),
    });
    const made = installOperator(this, {
      pin: feastPin,
      settings,
      definitions,
      values: () => ({ replicas: settings.replicas, resources: partResources(settings.resources, DEFAULTS) }),
      objects: (parent, place) => addOperator(parent, place, settings),
      namespace: OPERATOR_NAMESPACE,
      release: OPERATOR_NAME,
      labels: { "app.kubernetes.io/name": OPERATOR_NAME },
      metrics: { port: METRICS_PORT },
      monitoring: { alerts: [operatorAlerts], dashboards: [feastDashboard] },
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.pods = made.pods;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
    this.isForeign = made.isForeign;
  }
}

/** Source: dist/install.yaml. Network policies protect the metrics, so that they need no token. */
function addOperator(scope: Construct, { name, namespace }: OperatorPlace, { replicas, resources }: FeastOperatorSettings): void {
  const { images } = feastPin;
  const { requests, limits } = partAmounts(resources, DEFAULTS);
  const workload = new HardenedWorkload(scope, "Manager", {
    name,
    namespace,
    kind: { type: "deployment", replicas },
    account: { rules: LEADER_RULES },
    containers: [
      {
        image: images.operator,
        command: ["/manager"],
        args: [
          `--metrics-bind-address=:${METRICS_PORT}`,
          "--metrics-secure=false",
          "--leader-elect",
          `--health-probe-bind-address=:${HEALTH_PORT}`,
        ],
        env: {
          RELATED_IMAGE_FEATURE_SERVER: imageFor(scope, images.server),
          RELATED_IMAGE_CRON_JOB: imageFor(scope, images.cronJob),
          GOMEMLIMIT: `${Math.floor(limits.memory.inMebibytes * 0.9)}MiB`,
        },
        ports: { metrics: METRICS_PORT, health: HEALTH_PORT },
        requests,
        limits,
        readiness: Probe.fromHttpGet("/readyz", { port: HEALTH_PORT }),
        liveness: Probe.fromHttpGet("/healthz", { port: HEALTH_PORT }),
      },
    ],
  });
  addClusterRole(workload, { name, namespace });
}
