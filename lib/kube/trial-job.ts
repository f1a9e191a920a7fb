/** Role of a job that a search runs once for each trial, with other values of its parameters. No product is named here. */

import type { IConstruct } from "constructs";
import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import type { PodsEnd } from "./network";
import { environmentVariables, tokenMount } from "./pod-parts";
import type { QueuedPods } from "./queue";

/** Label of the pods of trials, by which a search finds those that it changes; the value names the search or the job. */
export const TRIAL_LABEL = "beamstack-iac/experiment";

/** Annotation of an object that describes jobs which others make: how many of them run at the same time. */
export const JOBS_ANNOTATION = "beamstack-iac/jobs";

/** Resources of an API group. */
export interface TrialResources {
  readonly group: string;
  /** Plural names. */
  readonly resources: readonly string[];
}

/** A parameter of a search: its name, and what the search replaces by the value. */
export interface TrialParameter {
  readonly name: string;
  readonly placeholder: string;
}

/** A job without a name. */
export interface TrialManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: JsonObject;
}

/** A search that uses the job. */
export interface TrialSearch {
  /** Trials at the same time. */
  readonly parallel: number;
  /** Name of its queue. @default its trials start at once */
  readonly queue?: string;
  /** Labels by which a job enters the queue. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A job for trials. */
export interface ITrialJob extends IConstruct {
  /** Name in the environment. */
  readonly name: string;
  readonly namespace: string;
  /** Kind of the jobs. */
  readonly kind: { readonly kind: string; readonly version: string } & TrialResources;
  /** Objects between a job and its pods, which name each other as owners. */
  readonly owners: readonly TrialResources[];
  /** Longest name of a job. */
  readonly longestName: number;
  /** Pods of one job. */
  readonly jobPods: readonly QueuedPods[];
  /** Pods of all jobs: one end of network flows. */
  readonly pods: PodsEnd;
  /** Where the program runs that reports metrics. */
  readonly reporter: {
    readonly container: string;
    readonly podLabels: Readonly<Record<string, string>>;
    /** Is the program the container's command, so that a search can read its output? */
    readonly command: boolean;
  };
  /** Conditions, in GJSON, under which a job has succeeded or failed. */
  readonly conditions: { readonly success: string; readonly failure: string };
  /** Name of the queue of the searches that use it; `undefined` while none does. */
  readonly queue: { readonly name?: string } | undefined;
  /** Takes note of a search, so that budgets count its trials. */
  enter(search: TrialSearch): void;
  /** The job without a name; its program gets the parameters as arguments, and, where it reports metrics by itself, variables that say where to. */
  job(parameters: readonly TrialParameter[], variables?: Readonly<Record<string, string>>): TrialManifest;
}

const NAMESPACE = "namespace";

/**
 * `spec` of a pod whose first container reports metrics by itself: variables, unless it has them, and the file with the pod's namespace, which clients of
 * Kubernetes read without a token, too.
 */
export function reportingPod(spec: JsonObject, variables: Readonly<Record<string, string>>): JsonObject {
  const [program, ...others] = listOf(spec["containers"]);
  const env = listOf(program?.["env"]);
  const further = environmentVariables(variables).filter(({ name }) => !env.some((one) => one["name"] === name));
  const volume = {
    name: NAMESPACE,
    downwardAPI: { items: [{ path: NAMESPACE, fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] },
  };
  return {
    ...spec,
    containers: [
      { ...program, env: [...env, ...further], volumeMounts: [...listOf(program?.["volumeMounts"]), tokenMount(NAMESPACE)] },
      ...others,
    ],
    volumes: [...listOf(spec["volumes"]), volume],
  };
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
