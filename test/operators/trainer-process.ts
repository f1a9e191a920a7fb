/** JobSet and Kubeflow Trainer as plain processes, as their charts start them with our values. */

import { definitions as jobSetDefinitions } from "#lib/imports/jobset/index";
import type { Release } from "#lib/release/release";
import { applyStrictly } from "../fixtures/apply-release";
import { type ChartOperator, startFromChart } from "./chart-operator";
import type { RealOperator } from "./real-operator";
import { temporaryCertificates } from "./webhooks";

const JOBSET_MODULE = { module: "trainer", goModule: "sigs.k8s.io/jobset" } as const;
const TRAINER_MODULE = { module: "trainer", goModule: "github.com/kubeflow/trainer/v2" } as const;

/** How they are built: in one module, so that what both are made of is compiled once. */
export const TRAINING = [
  { name: "jobset", goPackage: JOBSET_MODULE.goModule, module: JOBSET_MODULE.module },
  { name: "trainer", goPackage: `${TRAINER_MODULE.goModule}/cmd/trainer-controller-manager`, module: TRAINER_MODULE.module },
] as const;

const JOBSET: ChartOperator = {
  name: "jobset",
  release: "jobset",
  chart: { ...JOBSET_MODULE, path: "charts/jobset" },
  service: "jobset-webhook-service",
  authority: "jobset-ca",
  configuration: ({ port, certificates }) => ({
    webhook: { port, certDir: certificates },
    internalCertManagement: { enable: false },
  }),
  admitted: {
    apiVersion: "jobset.x-k8s.io/v1alpha2",
    kind: "JobSet",
    metadata: { name: "probe", namespace: "default" },
    spec: { replicatedJobs: [] },
  },
};

const TRAINER: ChartOperator = {
  name: "trainer",
  release: "kubeflow-trainer",
  chart: { ...TRAINER_MODULE, path: "charts/kubeflow-trainer" },
  service: "kubeflow-trainer-controller-manager",
  authority: "kubeflow-trainer-ca",
  configuration: () => ({ certManagement: { enable: false } }),
  env: temporaryCertificates,
  admitted: {
    apiVersion: "trainer.kubeflow.org/v1alpha1",
    kind: "TrainingRuntime",
    metadata: { name: "probe", namespace: "default" },
    spec: { template: { spec: { replicatedJobs: [] } } },
  },
};

/** Starts both, and returns when their webhooks answer; the release is that of a real cluster. */
export async function startTraining(operators: RealOperator, release: Release): Promise<void> {
  for (const definition of jobSetDefinitions()) await applyStrictly(operators.client(), definition);
  await startFromChart(operators, JOBSET, release);
  await startFromChart(operators, TRAINER, release);
}
