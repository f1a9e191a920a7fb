/** An experiment: a search for the best parameters, whose trials are Jobs. */

import { ApiObject } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { digest } from "#lib/core/digest";
import type { JsonObject } from "#lib/core/json";
import { bucketSet } from "#lib/kube/bucket-set";
import { imageFor } from "#lib/kube/images";
import { allow, type PodsEnd } from "#lib/kube/network";
import { priorityOf, setOwner } from "#lib/kube/ownership";
import { podAccount } from "#lib/kube/pod-parts";
import { isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { algorithmSpec } from "./algorithms";
import { DIGEST_LENGTH, experimentProblems } from "./checks";
import { experimentFlows, type KatibEnds, trialPods } from "./flows";
import { EXPERIMENT_LABEL } from "./labels";
import { katibPin } from "./pin";
import { type ExperimentProps, type ExperimentSettings, experimentSchema } from "./schema";
import { parameterSpecs } from "./search-space";
import { type TrialContext, trialTemplate } from "./trial";

/** Name of an experiment, and what it talks to. */
export interface ExperimentPlace {
  /** Name in the environment. */
  readonly name: string;
  /** Katib, whose server takes the metrics of trials. */
  readonly katib: KatibEnds;
}

/**
 * An experiment. Only its numbers of trials can be changed, so that a digest of the rest is part of the name: another search is another experiment.
 */
export class Experiment extends Construct {
  /** Name in the environment. */
  public readonly name: string;
  public readonly namespace: string;
  /** Pods of the trials: one end of a network flow. */
  public readonly pods: PodsEnd;

  public constructor(scope: Construct, id: string, props: ExperimentProps & ExperimentPlace) {
    super(scope, id);
    const { name, katib, ...own } = props;
    setOwner(this, katibPin.name);
    const settings = settingsOf(this, experimentSchema, own as ExperimentProps, {
      checks: (each, path) => experimentProblems(name, each, path),
    });
    const { namespace, trial, queue } = settings;
    this.name = name;
    this.namespace = namespace;
    this.pods = trialPods(name, namespace);
    if (!isSound(this)) return;
    const buckets = bucketSet(trial.buckets, namespace);
    const annotations = { ...trial.serviceAccountAnnotations, ...buckets.annotations };
    const account = podAccount(this, { name: `${name}-trial`, namespace, annotations });
    const entry = queue?.enter(namespace);
    const made = this.addExperiment(settings, {
      name,
      settings,
      image: imageFor(this, trial.image),
      account: account.name,
      annotations,
      buckets,
      priority: priorityOf(this),
      queueLabels: entry?.labels ?? {},
    });
    allow(this, experimentFlows({ name, experiment: made.name, settings, annotations }, katib));
    made.node.addDependency(account, ...buckets.dependencies, ...(entry ? [entry.dependency] : []));
    for (const needed of [trial.pool, trial.modelRegistry]) if (needed) this.node.addDependency(needed);
  }

  private addExperiment(settings: ExperimentSettings, context: TrialContext): ApiObject {
    const { namespace, parallelTrials, maxTrials, maxFailedTrials } = settings;
    const search = searchSpec(settings, context);
    const name = `${context.name}-${digest(search).slice(0, DIGEST_LENGTH)}`;
    return new ApiObject(this, "Resource", {
      apiVersion: "kubeflow.org/v1beta1",
      kind: "Experiment",
      metadata: { name, namespace, labels: { [EXPERIMENT_LABEL]: context.name } },
      spec: { ...search, parallelTrialCount: parallelTrials, maxTrialCount: maxTrials, maxFailedTrialCount: maxFailedTrials },
    });
  }
}

/** What cannot be changed, with the defaults that the webhook writes. Source: Katib v0.19.0, experiment_defaults.go. */
function searchSpec(settings: ExperimentSettings, context: TrialContext): JsonObject {
  const { algorithm, parameters, architecture, medianStop } = settings;
  return {
    objective: objectiveSpec(settings),
    algorithm: algorithmSpec(algorithm),
    ...(medianStop && {
      earlyStopping: {
        algorithmName: "medianstop",
        algorithmSettings: [
          { name: "min_trials_required", value: `${medianStop.minTrialsRequired}` },
          { name: "start_step", value: `${medianStop.startStep}` },
        ],
      },
    }),
    ...(Object.keys(parameters).length > 0 && { parameters: parameterSpecs(parameters) }),
    ...(architecture && { nasConfig: architectureSpec(architecture) }),
    metricsCollectorSpec: metricsSpec(settings),
    // Trials of population-based training share a volume, which only this policy makes.
    resumePolicy: algorithm.type === "pbt" ? "FromVolume" : "Never",
    trialTemplate: trialTemplate(context),
  };
}

function objectiveSpec({ objective: { type, metric, goal, additionalMetrics } }: ExperimentSettings): JsonObject {
  const value = type === "minimize" ? "min" : "max";
  return {
    type,
    objectiveMetricName: metric,
    ...(goal !== undefined && { goal }),
    ...(additionalMetrics.length > 0 && { additionalMetricNames: [...additionalMetrics] }),
    metricStrategies: [metric, ...additionalMetrics].map((name) => ({ name, value })),
  };
}

function architectureSpec({ numLayers, inputSizes, outputSizes, operations }: NonNullable<ExperimentSettings["architecture"]>): JsonObject {
  return {
    graphConfig: { numLayers, ...(inputSizes && { inputSizes: [...inputSizes] }), ...(outputSizes && { outputSizes: [...outputSizes] }) },
    operations: operations.map(({ type, parameters }) => ({ operationType: type, parameters: parameterSpecs(parameters) })),
  };
}

function metricsSpec({ metrics }: ExperimentSettings): JsonObject {
  switch (metrics.type) {
    case "stdout":
      return { collector: { kind: "StdOut" }, ...(metrics.formats && { source: { filter: { metricsFormat: [...metrics.formats] } } }) };
    case "file":
      return {
        collector: { kind: "File" },
        source: { fileSystemPath: { kind: "File", path: metrics.path, format: metrics.format.toUpperCase() } },
      };
    case "tensorflow-event":
      return { collector: { kind: "TensorFlowEvent" }, source: { fileSystemPath: { kind: "Directory", path: metrics.path } } };
    case "push":
      return { collector: { kind: "Push" } };
  }
}

/** What suggestion services with early stopping do: they end trials. Katib itself would give the account every permission on trials. */
const RULES: k8s.PolicyRule[] = [
  { apiGroups: ["kubeflow.org"], resources: ["trials", "trials/status"], verbs: ["get", "list", "patch", "update"] },
];

/** The account of the suggestion services of a namespace. */
export class SuggestionAccount extends Construct {
  public constructor(scope: Construct, id: string, { name, namespace }: { readonly name: string; readonly namespace: string }) {
    super(scope, id);
    setOwner(this, katibPin.name);
    const metadata = { name, namespace };
    // The service of early stopping calls the API server; Katib's pod template cannot say so.
    new k8s.KubeServiceAccount(this, "Account", { metadata, automountServiceAccountToken: true });
    new k8s.KubeRole(this, "Role", { metadata, rules: RULES });
    new k8s.KubeRoleBinding(this, "Binding", {
      metadata,
      subjects: [{ kind: "ServiceAccount", name, namespace }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    });
  }
}
