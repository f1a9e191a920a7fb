/** Network flows of an experiment. */

import { bucketFlows } from "#lib/kube/bucket-clients";
import { identityFlows } from "#lib/kube/identity";
import { registryFlow } from "#lib/kube/model-registry";
import { apiServerFlow, type FlowProps, OUTSIDE, type PodsEnd, pods } from "#lib/kube/network";
import { EXPERIMENT_LABEL, PORTS, SUGGESTION_LABEL } from "./labels";
import type { ExperimentSettings, TrialSettings } from "./schema";

/** Pods of Katib: ends of network flows. */
export interface KatibEnds {
  readonly controller: PodsEnd;
  readonly dbManager: PodsEnd;
}

/** Pods of the trials of an experiment, with the sidecar that reads their metrics. */
export function trialPods(name: string, namespace: string): PodsEnd {
  return pods(namespace, { [EXPERIMENT_LABEL]: name });
}

/** An experiment as its flows see it. */
export interface ExperimentFlows {
  /** Name in the environment. */
  readonly name: string;
  /** Name of the Experiment. */
  readonly experiment: string;
  readonly settings: ExperimentSettings;
  readonly annotations: Readonly<Record<string, string>>;
  /** Pods of its trials. */
  readonly trials: PodsEnd;
}

/** Trials report metrics, the controller asks the suggestion service, and the one of early stopping ends trials. */
export function experimentFlows({ name, experiment, settings, annotations, trials }: ExperimentFlows, katib: KatibEnds): FlowProps[] {
  const { namespace, medianStop, trial } = settings;
  const suggestions = pods(namespace, { [SUGGESTION_LABEL]: experiment });
  const who = `experiment-${name}`;
  const api = [{ port: PORTS.api }];
  return [
    { name: `${who}-metrics`, from: trials, to: katib.dbManager, ports: api },
    {
      name: `${who}-suggestions`,
      from: katib.controller,
      to: suggestions,
      ports: [{ port: PORTS.suggestion }, { port: PORTS.earlyStopping }],
    },
    ...(medianStop
      ? [
          { name: `${who}-stopped`, from: trials, to: suggestions, ports: [{ port: PORTS.earlyStopping }] },
          { name: `${who}-observations`, from: suggestions, to: katib.dbManager, ports: api },
          apiServerFlow(`${who}-suggestions`, suggestions),
        ]
      : []),
    ...(trial ? ownFlows(who, trial, trials) : []),
    ...identityFlows(who, trials, annotations),
  ];
}

/** What the program of a Job reaches; jobs of other products have flows of their own. */
function ownFlows(who: string, { outsidePorts, buckets, modelRegistry }: TrialSettings, trials: PodsEnd): FlowProps[] {
  return [
    ...(outsidePorts.length > 0
      ? [{ name: `${who}-outside`, from: trials, to: OUTSIDE, ports: outsidePorts.map((port) => ({ port })) }]
      : []),
    ...buckets.flatMap((bucket) => bucketFlows(bucket, who, trials)),
    ...(modelRegistry ? [registryFlow(modelRegistry, who, trials)] : []),
  ];
}
