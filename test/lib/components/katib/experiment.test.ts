import { App, Chart, Testing } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { Experiment, type ExperimentProps, katibPin } from "#lib/components/katib/index";
import { valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import type { EnvironmentSpec } from "#lib/environment/spec";
import { pods } from "#lib/kube/network";
import { groupKind, type KubeObject } from "#lib/kube/object";

const trial = { program: ["python", "/app/train.py"], image: "registry.example.com/ml/mnist:1.0" };
const search: ExperimentProps = {
  objective: { type: "minimize", metric: "loss" },
  algorithm: { type: "random" },
  parameters: {
    lr: { type: "double", min: 0.001, max: 0.1, distribution: "logUniform" },
    optimizer: { type: "categorical", values: ["sgd", "adam"] },
  },
  trial,
};

function experimentOf(props: Partial<ExperimentProps>): KubeObject {
  const chart = new Chart(new App(), "experiments");
  const katib = { controller: pods("katib"), dbManager: pods("katib"), dbManagerAddress: "katib-db-manager.katib.svc:6789" };
  new Experiment(chart, "Experiment", { ...search, ...props, name: "mnist", katib });
  const found = (Testing.synth(chart) as KubeObject[]).find((each) => groupKind(each) === "kubeflow.org/Experiment");
  if (!found) throw new Error("no experiment");
  return found;
}

const environment = (parts: Partial<EnvironmentSpec>): EnvironmentSpec =>
  ({
    name: "test",
    cluster: { type: "context", context: "any" },
    databases: {
      trials: {
        type: "existing",
        engine: "postgres",
        host: "db.example.com",
        user: { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") },
        namespaces: ["katib"],
      },
    },
    katib: { operator: { database: "trials" }, experiments: { mnist: search } },
    ...parts,
  }) as EnvironmentSpec;

const idsOf = (parts: Partial<EnvironmentSpec>) => {
  const result = createPlatform().resolve(environment(parts));
  return result.ok ? [] : result.problems.map(({ id }) => id);
};

test("requires cert-manager, and webhooks in the pod network", () => {
  expect(idsOf({})).toContain("katib.no-certificates");
  expect(idsOf({ certManager: {} })).toEqual([]);
  expect(idsOf({ certManager: {}, network: { webhooks: "host" } })).toContain("katib.webhook-on-host");
});

test("refuses a name that leaves no room for those of trials", () => {
  expect(
    idsOf({ certManager: {}, katib: { operator: { database: "trials" }, experiments: { ["a".repeat(32)]: search } } as never }),
  ).toEqual(["katib.name"]);
});

test("gives every parameter of the search to the program as an argument", () => {
  const template = valueAt(experimentOf({}), ["spec", "trialTemplate"]);

  expect(template).toMatchObject({
    trialParameters: [
      { name: "lr", reference: "lr" },
      { name: "optimizer", reference: "optimizer" },
    ],
  });
  expect(JSON.stringify(template)).toContain(
    '["python","/app/train.py","--lr=${trialParameters.lr}","--optimizer=${trialParameters.optimizer}"]',
  );
});

test("writes numbers as texts, and the defaults that the webhook would add", () => {
  expect(experimentOf({ objective: { type: "maximize", metric: "accuracy", goal: 0.99 } })["spec"]).toMatchObject({
    objective: { type: "maximize", goal: 0.99, objectiveMetricName: "accuracy", metricStrategies: [{ name: "accuracy", value: "max" }] },
    parameters: [
      { name: "lr", parameterType: "double", feasibleSpace: { min: "0.001", max: "0.1", distribution: "logUniform" } },
      { name: "optimizer", parameterType: "categorical", feasibleSpace: { list: ["sgd", "adam"], distribution: "uniform" } },
    ],
    metricsCollectorSpec: { collector: { kind: "StdOut" } },
    resumePolicy: "Never",
  });
});

test.each([
  [{ type: "tpe", nEiCandidates: 48 }, [{ name: "n_EI_candidates", value: "48" }]],
  [
    { type: "multivariate-tpe", nEiCandidates: 48, randomState: 1 },
    [
      { name: "random_state", value: "1" },
      { name: "n_ei_candidates", value: "48" },
    ],
  ],
  [{ type: "cmaes", sigma: 0.5 }, [{ name: "sigma", value: "0.5" }]],
  [
    { type: "pbt", nPopulation: 5, truncationThreshold: 0.2 },
    [
      { name: "n_population", value: "5" },
      { name: "truncation_threshold", value: "0.2" },
      { name: "suggestion_trial_dir", value: "/opt/katib/data" },
    ],
  ],
] as const)("names the settings of %j as its service does", (algorithm, settings) => {
  const range = { type: "double", min: 0.001, max: 0.1 } as const;
  const parameters = { lr: range, momentum: range };
  expect(valueAt(experimentOf({ algorithm, parameters }), ["spec", "algorithm", "algorithmSettings"])).toEqual(settings);
});

test("another search is another experiment, and more trials are not", () => {
  const name = (props: Partial<ExperimentProps>) => experimentOf(props).metadata.name;

  expect(name({ maxTrials: 50 })).toBe(name({}));
  expect(name({ algorithm: { type: "tpe" } })).not.toBe(name({}));
});

test("counts the trials that run at the same time", () => {
  const kind = katibPin.kinds.find((one) => one.kind === "kubeflow.org/Experiment");

  expect(kind && "jobsOf" in kind ? kind.jobsOf(experimentOf({ parallelTrials: 5 })) : undefined).toBe(5);
});

test("puts architectures into quotes where Katib's webhook makes one line of a shell of them", () => {
  const architecture = {
    numLayers: 8,
    inputSizes: [32, 32, 3],
    outputSizes: [10],
    operations: [{ type: "convolution", parameters: { size: { type: "categorical", values: ["3", "5"] } } }],
  } as const;
  const command = (metrics: ExperimentProps["metrics"]) =>
    JSON.stringify(experimentOf({ algorithm: { type: "enas" }, parameters: {}, architecture, metrics }));

  expect(command({ type: "stdout" })).toContain('--architecture=\\"${trialParameters.architecture}\\"');
  expect(command({ type: "push" })).toContain('"--architecture=${trialParameters.architecture}"');
});

test("gives trials that push metrics the address of the server, and the file with the namespace that the SDK reads", () => {
  const podOf = (props: Partial<ExperimentProps>) =>
    valueAt(experimentOf(props), ["spec", "trialTemplate", "trialSpec", "spec", "template", "spec"]);
  const path = "/var/run/secrets/kubernetes.io/serviceaccount";

  expect(podOf({ metrics: { type: "push" } })).toMatchObject({
    containers: [
      {
        env: expect.arrayContaining([{ name: "KATIB_DB_MANAGER", value: "katib-db-manager.katib.svc:6789" }]),
        volumeMounts: expect.arrayContaining([{ name: "namespace", mountPath: path, readOnly: true }]),
      },
    ],
    volumes: expect.arrayContaining([
      {
        name: "namespace",
        downwardAPI: { items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }] },
      },
    ]),
  });
  expect(JSON.stringify(podOf({}))).not.toMatch(/KATIB_DB_MANAGER|downwardAPI/);
});

test("continues a search that has ended only where its policy says so", () => {
  const policy = (props: Partial<ExperimentProps>) => valueAt(experimentOf(props), ["spec", "resumePolicy"]);

  expect(policy({})).toBe("Never");
  expect(policy({ resume: "from-volume" })).toBe("FromVolume");
});
