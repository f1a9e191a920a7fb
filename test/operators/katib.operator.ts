/**
 * Katib v0.19.0 and Kueue v0.19.2 on our searches, with Katib's own service of suggestions, server of metrics on PostgreSQL, and sidecar. The containers of trials run as processes that
 * share their namespace, and what the search found is registered in the official MLflow.
 *
 * @exercises katib, kueue, mlflow
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { healthOf } from "#lib/kube/health";
import type { KubeObject } from "#lib/kube/object";
import { refOf } from "#stacks/cluster/calls";
import { applyStrictly } from "../fixtures/apply-release";
import { withGoProgram } from "../fixtures/go-program";
import { type Mlflow, startMlflow } from "../fixtures/mlflow/server";
import { EMBEDDED, places, released, simulatedNodes } from "../fixtures/platform";
import { runContainer } from "../fixtures/pod-process";
import { type Postgres, postgresPrograms, startPostgres } from "../fixtures/postgres";
import { accountFolder } from "./account-config";
import { appliesAgain } from "./apply-again";
import { applyWithoutSearches, COLLECTOR, KATIB, startKatib } from "./katib-process";
import { COMMAND, DATABASE, describeKatib, lossAt, NAMESPACE, namedIn, PARTS, PROGRAM, SEARCH, withoutCertificates } from "./katib-search";
import { assignmentsOf, condition, conditionReason, conditionsOf, lossesOf, lossOf } from "./katib-status";
import { type TrialRunner, trialRunner } from "./katib-trials";
import { KUEUE, startKueue } from "./kueue-process";
import { eventually, read, rowOf, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";

const trial = { ...PROGRAM, cpu: 1, program: COMMAND } as const;
const experiments = {
  search: { ...SEARCH, trial, queue: "research", best: { registry: "runs" } },
  broken: { ...SEARCH, trial: { ...trial, program: [...COMMAND, "--mode=broken"] }, parallelTrials: 1, maxFailedTrials: 1 },
} as const;
const parts = {
  ...PARTS,
  databases: { ...PARTS.databases, runs: { ...DATABASE, namespaces: ["mlflow"] } },
  buckets: { models: { type: "s3", bucket: "acme-models", region: "eu-central-1", role: "arn:aws:iam::123456789012:role/mlflow" } },
  modelStorage: { models: { bucket: "models" } },
  mlflow: { servers: { runs: { database: "runs", artifacts: "models", authentication: { type: "none" } } } },
  katib: { operator: { database: "trials" }, experiments },
} as const;

describeKatib("Katib", () => {
  let postgres: Postgres;
  let mlflow: Mlflow;
  let trials: TrialRunner;

  // Before the control plane goes, on which they look.
  afterAll(async () => {
    await trials?.stop();
    await mlflow?.stop();
    await postgres?.stop();
  });

  const operators = withRealOperators([KUEUE, ...KATIB], { nodes: simulatedNodes({ ...EMBEDDED, ...parts }) });
  const collector = withGoProgram({ ...COLLECTOR, source: join(__dirname, "modules", COLLECTOR.module) });
  const release = withoutCertificates(released({ ...EMBEDDED, ...parts }));
  const [wanted, broken] = [namedIn(release, "Experiment", "search"), namedIn(release, "Experiment", "broken")];
  const alone = withSpec(wanted, "alone", { parameters: [valueAt(wanted, ["spec", "parameters", 0]) ?? null], trialTemplate: withoutY() });
  const earlier = jobOfTrial("earlier");

  beforeAll(async () => {
    postgres = await startPostgres(postgresPrograms() ?? "");
    const real = released({ name: "test", cluster: { type: "context", context: "test" }, ...parts });
    await startKueue(operators, real);
    await applyWithoutSearches(operators, release);
    const server = await startKatib(operators, { release: real, postgres, searches: [wanted, broken, alone] });
    trials = trialRunner(operators, { namespace: NAMESPACE, collector, server });
    await operators.client().apply(earlier, { fieldManager: "test" });
    await operators.until(earlier, (seen) => valueAt(seen, ["status", "ready"]) === 2);
    for (const object of [wanted, broken]) await applyStrictly(operators.client(), object);
  }, 2 * STARTED_WITHIN_MS);

  test(
    "a search is taken, and runs with the status that the simulator writes",
    async () => {
      const row = rowOf(wanted);

      const live = await operators.until(wanted, (seen) => condition(seen, "Running") === "True");

      expect(conditionsOf(live["status"])).toEqual(conditionsOf(row.simulated?.at(-1)?.status));
      expect(healthOf(live, row).state).toBe("ready");
    },
    WITHIN_MS,
  );

  test(
    "its service of suggestions runs at level restricted, with our account and the label that its network flows select",
    async () => {
      const name = `${wanted.metadata.name}-cmaes`;
      const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace: NAMESPACE } };
      await operators.until(deployment, (seen) => valueAt(seen, ["status", "readyReplicas"]) === 1);

      const [pod] = await list("Pod", `katib.kubeflow.org/experiment=${wanted.metadata.name},katib.kubeflow.org/deployment=${name}`);
      expect(pod).toMatchObject({ spec: { serviceAccountName: "katib-suggestion" }, status: { phase: "Running" } });
      const namespace = await operators.client().get({ apiVersion: "v1", kind: "Namespace", name: NAMESPACE });
      expect(namespace.metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
    },
    WITHIN_MS,
  );

  test(
    "as many trials as may run at the same time wait in the queue while its quota is used, and the search counts as ready",
    async () => {
      const jobs = await eventually(
        () => trialJobs(),
        ({ length }) => length === SEARCH.parallelTrials,
      );

      expect(jobs.map((job) => valueAt(job, ["spec", "suspend"]))).toEqual([true, true]);
      expect(await trialPods()).toEqual([]);
      expect(healthOf(await operators.client().get(refOf(wanted)), rowOf(wanted)).state).toBe("ready");
    },
    WITHIN_MS,
  );

  test(
    "they start when the quota is free, on the nodes of their pool, and Katib's sidecar is admitted at level restricted",
    async () => {
      await operators.client().delete(refOf(earlier), { propagationPolicy: "Background" });
      const [pod] = await eventually(
        () => trialPods(),
        ({ length }) => length > 0,
      );

      expect(valueAt(pod, ["spec", "nodeName"])).toMatch(/^cpu-/);
      expect(valueAt(pod, ["spec", "shareProcessNamespace"])).toBe(true);
      const [program, sidecar] = [containerOf(pod, 0), containerOf(pod, 1)];
      expect(program).toMatchObject({ name: "trial", command: ["sh", "-c"] });
      expect(String(valueAt(program, ["args", 0]))).toMatch(
        /^python3 \/mnt\/train\.py --x=0\.\d+ --y=0\.\d+ 1>\/var\/log\/katib\/metrics\.log 2>&1 && echo completed > /,
      );
      expect(sidecar["securityContext"]).toEqual(program["securityContext"]);
      expect(valueAt(sidecar, ["args"])).toEqual(expect.arrayContaining(["-s-db", "katib-db-manager.katib:6789", "-m", "loss"]));
    },
    WITHIN_MS,
  );

  test(
    "the search stops at its goal, with the best of all trials, and never ran more than allowed at the same time",
    async () => {
      const live = await operators.until(wanted, (seen) => condition(seen, "Succeeded") === "True");

      expect(trials.failures(wanted.metadata.name)).toEqual([]);
      expect(conditionReason(live, "Succeeded")).toBe("ExperimentGoalReached");
      expect(healthOf(live, rowOf(wanted)).state).toBe("ready");
      const best = valueAt(live, ["status", "currentOptimalTrial"]);
      const found = (await list("Trial", `katib.kubeflow.org/experiment=${wanted.metadata.name}`)).flatMap(lossesOf);
      expect(found.length).toBeLessThan(SEARCH.maxTrials);
      expect(lossOf(best)).toBe(Math.min(...found));
      expect(lossOf(best)).toBeLessThanOrEqual(SEARCH.objective.goal);
      expect(lossAt(best)).toBeCloseTo(lossOf(best), 6);
      expect(trials.most(wanted.metadata.name)).toBe(SEARCH.parallelTrials);
    },
    WITHIN_MS,
  );

  test(
    "nothing of a search that has ended runs on: neither its service of suggestions nor the jobs of its trials",
    async () => {
      const named = async (kind: string) =>
        (await list(kind)).map(({ metadata }) => metadata.name).filter((name) => name.startsWith(wanted.metadata.name));
      const left = async () => [
        ...(await named("Deployment")),
        ...(await named("Service")),
        ...(await named("Job")),
        ...(await named("Pod")),
      ];

      await eventually(left, ({ length }) => length === 0);
    },
    WITHIN_MS,
  );

  test(
    "the job of our release registers the best trial in MLflow, with the permissions of its account",
    async () => {
      const folder = join(operators.folder, "mlflow");
      mkdirSync(folder);
      mlflow = await startMlflow(folder);
      const job = namedIn(release, "CronJob", "search");
      const { hostname, port } = new URL(operators.server());
      const said = runContainer(job, "main", {
        secrets: {},
        replaced: { "http://runs.mlflow.svc:5000": mlflow.url },
        path: mlflow.bin,
        variables: {
          ACCOUNT_FOLDER: await accountFolder(operators, { name: job.metadata.name, namespace: NAMESPACE }),
          KUBERNETES_SERVICE_HOST: hostname,
          KUBERNETES_SERVICE_PORT: port,
        },
      });

      const best = valueAt(await operators.client().get(refOf(wanted)), ["status", "currentOptimalTrial"]);
      const name = String(valueAt(best, ["bestTrialName"]));
      expect(said).toContain(`registered ${name} as run`);
      expect((await mlflow.runsOf("search"))["runs"]).toMatchObject([
        {
          info: { run_name: name },
          data: {
            params: expect.arrayContaining(assignmentsOf(best).map(([key, value]) => ({ key, value }))),
            metrics: [{ key: "loss", value: lossOf(best) }],
          },
        },
      ]);
    },
    STARTED_WITHIN_MS,
  );

  appliesAgain(operators, "Katib has written", () => ({ release, objects: [wanted, broken] }));

  test(
    "a search whose trials fail has failed, with the status that the simulator writes",
    async () => {
      const row = rowOf(broken);

      const live = await operators.until(broken, (seen) => condition(seen, "Failed") === "True");

      expect(read(live["status"], row)).toEqual(read(row.simulatedFailure?.status, row));
      expect(healthOf(live, row).state).toBe("failed");
    },
    WITHIN_MS,
  );

  test(
    "the service of an algorithm refuses a space that our check refuses, and the search has failed",
    async () => {
      await operators.client().apply(alone, { fieldManager: "test" });

      const live = await operators.until(alone, (seen) => condition(seen, "Failed") === "True");

      expect(healthOf(live, rowOf(alone)).state).toBe("failed");
      const parameters = { x: SEARCH.parameters.x };
      expect(searchProblems({ parameters })).toContainEqual({
        id: "katib.cmaes-needs-two-numbers",
        path: "katib.experiments.search.parameters",
      });
    },
    WITHIN_MS,
  );

  test("of a search only the numbers of trials can be changed: a changed search is another one", async () => {
    const changed = { type: "merge", body: { spec: { objective: { goal: 0.01 } } } } as const;

    await expect(operators.client().patch(refOf(broken), changed)).rejects.toThrow(/editable/);
  });

  test.each(refused())("the webhooks refuse what our check %s refuses: %s", async (id, _what, object, fields) => {
    await expect(operators.client().create(object, { dryRun: true })).rejects.toThrow(/denied/);
    expect(searchProblems(fields).map((problem) => problem.id)).toContain(id);
  });

  /** Examples of searches that a check of ours refuses, as they would look without it, and the fields that give them. */
  function refused(): [id: string, what: string, object: KubeObject, fields: object][] {
    const objective = { ...SEARCH.objective, additionalMetrics: ["loss"] };
    return [
      ["katib.more-than-all-trials", "at the same time", withSpec(wanted, "many", { parallelTrialCount: 31 }), { parallelTrials: 31 }],
      ["katib.more-than-all-trials", "failed", withSpec(wanted, "many", { maxFailedTrialCount: 31 }), { maxFailedTrials: 31 }],
      ["katib.metric-twice", "the objective again", withSpec(wanted, "twice", { objective: objectiveWith(["loss"]) }), { objective }],
    ];
  }

  function objectiveWith(additionalMetricNames: readonly string[]): JsonObject {
    const own = valueAt(wanted, ["spec", "objective"]);
    return { ...(isJsonObject(own) ? own : {}), additionalMetricNames: [...additionalMetricNames] };
  }

  /** The template of the search for its first parameter alone. */
  function withoutY(): JsonValue {
    const template = JSON.stringify(valueAt(wanted, ["spec", "trialTemplate"]));
    return JSON.parse(template.replace(',"--y=${trialParameters.y}"', "").replace(',{"name":"y","reference":"y"}', "")) as JsonValue;
  }

  /** The job of a trial, as somebody else would run it with two pods. */
  function jobOfTrial(name: string): KubeObject {
    const own = ["metadata", "spec"].map((part) => valueAt(wanted, ["spec", "trialTemplate", "trialSpec", part]) ?? null);
    const [metadata = {}, spec = {}] = own.map((part) => (isJsonObject(part) ? part : {}));
    return {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { ...metadata, name, namespace: NAMESPACE },
      spec: { ...spec, parallelism: 2, completions: 2 },
    };
  }

  async function list(kind: string, labelSelector?: string): Promise<readonly KubeObject[]> {
    const apiVersion = { Trial: "kubeflow.org/v1beta1", Job: "batch/v1", Deployment: "apps/v1" }[kind] ?? "v1";
    return operators.client().list({ apiVersion, kind, namespace: NAMESPACE, labelSelector });
  }

  async function trialJobs(): Promise<KubeObject[]> {
    const jobs = await list("Job", "kueue.x-k8s.io/queue-name=research");
    return jobs.filter(({ metadata }) => metadata.name.startsWith(`${wanted.metadata.name}-`));
  }

  async function trialPods(): Promise<readonly KubeObject[]> {
    const pods = await list("Pod", `katib.kubeflow.org/experiment=${wanted.metadata.name},katib.kubeflow.org/trial`);
    return pods.filter((pod) => valueAt(pod, ["spec", "nodeName"]) !== undefined);
  }
});

/** Problems of the search with other props. */
function searchProblems(fields: object) {
  const katib = { ...parts.katib, experiments: { search: { ...experiments.search, ...fields } } };
  return places({ ...EMBEDDED, ...parts, katib });
}

function withSpec(object: KubeObject, name: string, fields: Readonly<Record<string, JsonValue>>): KubeObject {
  const { metadata, spec } = object;
  return { ...object, metadata: { ...metadata, name }, spec: { ...(isJsonObject(spec) ? spec : {}), ...fields } };
}

function containerOf(pod: KubeObject | undefined, index: number): JsonObject {
  const found = valueAt(pod, ["spec", "containers", index]);
  if (!isJsonObject(found)) throw new Error(`the pod has no container ${index}`);
  return found;
}
