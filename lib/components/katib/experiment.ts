/** An experiment: a search for the best parameters, whose trials are Jobs, or jobs of another product. */

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
import { RegisteredRun, type RegistrationSettings } from "#lib/kube/registered-run";
import { algorithmSpec } from "./algorithms";
import { BEST_TRIAL } from "./best-trial";
import { DIGEST_LENGTH, experimentProblems } from "./checks";
import { collectorSpec, type KatibServer, reportVariables } from "./collectors";
import { experimentFlows, type KatibEnds, trialPods } from "./flows";
import { EXPERIMENT_LABEL } from "./labels";
import { katibPin } from "./pin";
import { type ExperimentProps, type ExperimentSettings, experimentSchema } from "./schema";
import { parameterSpecs } from "./search-space";
import { batchJobs, otherJobs, trialTemplate } from "./trial";

/** Name of an experiment, and what it talks to. */
export interface ExperimentPlace {
  /** Name in the environment. */
  readonly name: string;
  /** Katib, whose server takes the metrics of trials. */
  readonly katib: KatibEnds & KatibServer;
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
  private readonly katib: ExperimentPlace["katib"];

  public constructor(scope: Construct, id: string, props: ExperimentProps & ExperimentPlace) {
    super(scope, id);
    const { name, katib, ...own } = props;
    setOwner(this, katibPin.name);
    const settings = settingsOf(this, experimentSchema, own as ExperimentProps, {
      checks: (each, path) => experimentProblems(name, each, path),
    });
    this.katib = katib;
    this.name = name;
    this.namespace = settings.namespace;
    this.pods = settings.job?.pods ?? trialPods(name, settings.namespace);
    if (isSound(this)) this.addSearch(settings);
  }

  private addSearch(settings: ExperimentSettings): void {
    const { name, namespace } = this;
    const { queue, job, trial, best, parallelTrials: parallel } = settings;
    const entry = queue?.enter(namespace);
    const labels = entry?.labels ?? {};
    job?.enter({ parallel, labels, ...(queue && { queue: queue.name }) });
    const { runs, annotations, dependencies } = job
      ? { runs: otherJobs(job, reportVariables(settings, this.katib)), annotations: {}, dependencies: [job] }
      : this.ownTrials(settings, trial);
    const made = this.addExperiment(settings, trialTemplate(settings, runs, labels));
    allow(this, experimentFlows({ name, experiment: made.name, settings, annotations, trials: this.pods }, this.katib));
    made.node.addDependency(...dependencies, ...(entry ? [entry.dependency] : []));
    if (best) this.addBest(made.name, best).node.addDependency(made);
  }

  private addBest(experiment: string, registration: RegistrationSettings): RegisteredRun {
    const { name, namespace } = this;
    const object = { group: "kubeflow.org", version: "v1beta1", resource: "experiments", name: experiment };
    return new RegisteredRun(this, "Best", {
      name: `${name}-best`,
      namespace,
      object,
      experiment: name,
      registration,
      result: BEST_TRIAL,
    });
  }

  /** Trials as Jobs, with an account of their own. */
  private ownTrials(settings: ExperimentSettings, trial: ExperimentSettings["trial"]) {
    if (!trial) throw new Error("the checks refuse an experiment without trial and job");
    const { name, namespace } = this;
    const buckets = bucketSet(trial.buckets, namespace);
    const annotations = { ...trial.serviceAccountAnnotations, ...buckets.annotations };
    const account = podAccount(this, { name: `${name}-trial`, namespace, annotations });
    const image = imageFor(this, trial.image);
    const reports = reportVariables(settings, this.katib);
    const own = { name, settings, trial, image, account: account.name, annotations, buckets, reports };
    const runs = batchJobs({ ...own, priority: priorityOf(this) });
    for (const needed of [trial.pool, trial.modelRegistry]) if (needed) this.node.addDependency(needed);
    return { runs, annotations, dependencies: [account, ...buckets.dependencies] };
  }

  private addExperiment(settings: ExperimentSettings, template: JsonObject): ApiObject {
    const { namespace, parallelTrials, maxTrials, maxFailedTrials, metrics } = settings;
    const image = metrics.type === "custom" ? imageFor(this, metrics.image) : undefined;
    const search = { ...searchSpec(settings), metricsCollectorSpec: collectorSpec(settings, this.katib, image), trialTemplate: template };
    const name = `${this.name}-${digest(search).slice(0, DIGEST_LENGTH)}`;
    return new ApiObject(this, "Resource", {
      apiVersion: "kubeflow.org/v1beta1",
      kind: "Experiment",
      metadata: { name, namespace, labels: { [EXPERIMENT_LABEL]: this.name } },
      spec: { ...search, parallelTrialCount: parallelTrials, maxTrialCount: maxTrials, maxFailedTrialCount: maxFailedTrials },
    });
  }
}

const RESUME = { never: "Never", "long-running": "LongRunning", "from-volume": "FromVolume" } as const;
const STRATEGY = { minimize: "min", maximize: "max" } as const;

/** What cannot be changed, with the defaults that the webhook writes. Source: Katib v0.19.0, experiment_defaults.go. */
function searchSpec(settings: ExperimentSettings): JsonObject {
  const { algorithm, parameters, architecture, medianStop, resume = algorithm.type === "pbt" ? "from-volume" : "never" } = settings;
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
    // Trials of population-based training share a volume, which only FromVolume makes.
    resumePolicy: RESUME[resume],
  };
}

function objectiveSpec({ objective: { type, metric, goal, additionalMetrics, strategies } }: ExperimentSettings): JsonObject {
  return {
    type,
    objectiveMetricName: metric,
    ...(goal !== undefined && { goal }),
    ...(additionalMetrics.length > 0 && { additionalMetricNames: [...additionalMetrics] }),
    metricStrategies: [metric, ...additionalMetrics].map((name) => ({ name, value: strategies[name] ?? STRATEGY[type] })),
  };
}

function architectureSpec({ numLayers, inputSizes, outputSizes, operations }: NonNullable<ExperimentSettings["architecture"]>): JsonObject {
  return {
    graphConfig: { numLayers, ...(inputSizes && { inputSizes: [...inputSizes] }), ...(outputSizes && { outputSizes: [...outputSizes] }) },
    operations: operations.map(({ type, parameters }) => ({ operationType: type, parameters: parameterSpecs(parameters) })),
  };
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
