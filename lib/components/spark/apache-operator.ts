/** The Spark operator of Apache. */

import { Construct } from "constructs";
import { parseImage } from "#lib/core/image-ref";
import type { JsonObject } from "#lib/core/json";
import { Size } from "#lib/core/size";
import { definitions } from "#lib/imports/apache-spark/index";
import { restrictedPodSecurity } from "#lib/kube/hardening";
import { installOperator, type OperatorContext } from "#lib/kube/installed-operator";
import type { IMonitored, Monitoring } from "#lib/kube/monitoring";
import type { Operator } from "#lib/kube/operator";
import { operatorChecks } from "#lib/kube/operator-props";
import { setOwner } from "#lib/kube/ownership";
import { partResources } from "#lib/kube/part-resources";
import { settingsOf } from "#lib/kube/props";
import { apacheAlerts } from "./alerts";
import type { SparkOperatorPlace } from "./operator";
import { apachePin } from "./pin";
import { SPARK_USER } from "./pods";
import { type ApacheSparkOperatorProps, type ApacheSparkOperatorSettings, apacheSparkOperatorSchema } from "./schema";

/** Ports. Source: chart values operatorDeployment.operatorPod.operatorContainer.metrics.port; path: docs/config_properties.md. */
const METRICS = { port: 19_090, path: "/prometheus" } as const;

/** A JVM with a heap of 80 % of its memory, which it takes at its start. Source: chart value jvmArgs. */
const DEFAULT_RESOURCES = {
  requests: { cpu: 0.2, memory: Size.gibibytes(2) },
  limits: { cpu: 1, memory: Size.gibibytes(2) },
} as const;

/** The Spark operator of Apache. */
export class ApacheSparkOperator extends Construct implements IMonitored {
  /** Namespace of the operator. */
  public readonly namespace: string;
  public readonly operator: Operator;
  public readonly monitoring: Monitoring;

  public constructor(scope: Construct, id: string, props: ApacheSparkOperatorProps & SparkOperatorPlace = {}) {
    super(scope, id);
    const { jobNamespaces = ["spark"], ...own } = props;
    setOwner(this, apachePin.name);
    const settings = settingsOf(this, apacheSparkOperatorSchema, own, {
      checks: operatorChecks({ schema: apacheSparkOperatorSchema, pin: apachePin }),
    });
    const made = installOperator(this, {
      pin: apachePin,
      settings,
      definitions,
      values: (context) => values(settings, jobNamespaces, context),
      namespace: "spark-operator",
      release: "spark-kubernetes-operator",
      labels: { "app.kubernetes.io/name": "spark-kubernetes-operator", "app.kubernetes.io/component": "operator-deployment" },
      metrics: METRICS,
      monitoring: { alerts: [apacheAlerts()] },
      disruptionBudget: "chart",
    });
    this.namespace = made.namespace;
    this.operator = made.operator;
    this.monitoring = made.monitoring;
  }
}

function values(
  { replicas, resources }: ApacheSparkOperatorSettings,
  jobNamespaces: readonly string[],
  { image, priority }: OperatorContext,
): JsonObject {
  const { registry, repository, tag = "" } = parseImage(image) ?? { repository: image };
  return {
    image: { repository: registry === undefined ? repository : `${registry}/${repository}`, tag },
    operatorDeployment: {
      replicas,
      // The chart then has the pods elect a leader.
      ...(replicas > 1 && { strategy: { type: "RollingUpdate" } }),
      operatorPod: {
        ...(priority && { priorityClassName: priority }),
        securityContext: restrictedPodSecurity(SPARK_USER),
        operatorContainer: { resources: partResources(resources, DEFAULT_RESOURCES) },
      },
    },
    // Namespaces are the environment's, and every application has an account of its own.
    workloadResources: {
      namespaces: { create: false, data: [...jobNamespaces] },
      serviceAccount: { create: false },
      clusterRole: { create: false },
      roleBinding: { create: false },
    },
  };
}
