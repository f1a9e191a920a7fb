/**
 * A rollout on a real API server, a real Prometheus and a real MLflow store: a candidate that is not better stays, a better one gets 10 %, 50 % and all requests,
 * and one that fails is taken back. The test plays KServe, which copies the version into a Deployment, and the gateway, which shares requests by the route.
 *
 * @exercises feedback, prometheus
 */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Duration } from "#lib/core/duration";
import { type JsonValue, valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { definitions as routes } from "#lib/imports/gateway-api/index";
import { definitions as services } from "#lib/imports/kserve/index";
import type { KubeObject } from "#lib/kube/object";
import { definedKind } from "#lib/kube/references";
import { freePort } from "#stacks/beam/free-port";
import { isNotFound } from "#stacks/cluster/api-error";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { applyStrictly } from "../../../fixtures/apply-release";
import { ROOT } from "../../../fixtures/command";
import { withControlPlane } from "../../../fixtures/control-plane";
import { released } from "../../../fixtures/platform";
import { environmentOf, type Machine } from "../../../fixtures/pod-process";
import { pythonPackages } from "../../../fixtures/python-packages";
import { programOnPath, programsOf } from "./programs";
import { rolloutRequirements } from "./requirements";

const prometheus = programOnPath("prometheus");
const { start, stopAll, stops } = programsOf();
const SERVING = "serving";
const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;
const { objects } = released({
  name: "test",
  cluster: { type: "context", context: "test" },
  databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
  buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
  modelStorage: { models: { bucket: "models" } },
  mlflow: { servers: { main: { database: "runs", artifacts: "models", authentication: { type: "none" } } } },
  monitoring: {},
  keda: {},
  certManager: {},
  kserve: {
    services: {
      churn: {
        runtime: { type: "mlserver", format: "sklearn" },
        model: { type: "registry", registry: "main", name: "churn", version: "1" },
        trafficSplit: {
          through: { type: "gateway", name: "inside", namespace: "gateways", host: "churn.internal", source: { namespace: "gateways" } },
        },
      },
    },
  },
  feedback: {
    image: "registry.example.com/team/feedback:1.0",
    loops: {
      churn: {
        registry: "main",
        model: "churn",
        rules: [{ type: "query", name: "slow", query: "latency > 1", summary: "{{ $labels.pod }} is slow", starts: "retrain" }],
        retrain: { image: "registry.example.com/team/churn:1.0" },
        gate: { metric: "test_auc", approval: "automatic" },
        rollout: { service: "churn", hold: Duration.seconds(4), requests: 20, errors: 0.05 },
      },
    },
  },
});
const objectOf = (id: string): KubeObject => {
  const found = objects.find((object) => object.id === id)?.manifest;
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const ROUTE = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", namespace: SERVING, name: "churn-canary" } as const;
const service = (name: string) => ({ apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", namespace: SERVING, name });

const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-rollout-"));
let client: KubeClient;
// Before the control plane ends.
afterAll(async () => {
  await stopAll();
  client?.close();
  rmSync(folder, { recursive: true, force: true });
});

const controlPlane = withControlPlane();
const account = join(folder, "account");
/** Requests by service and outcome, and the share of the newer version's that fail. */
const world = { counts: new Map<string, { ok: number; failed: number }>(), failing: 0, metrics: 0 };
let machine: Machine;
let bin: string;

async function until<T>(what: () => Promise<T | undefined | false>): Promise<T> {
  for (let left = 1200; left > 0; left -= 1) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    await sleep(250);
  }
  throw new Error("it did not become so within five minutes");
}

/** The share of the newer version; `undefined` where no route of a rollout is there. */
async function share(): Promise<number | undefined> {
  try {
    return Number(valueAt(await client.get(ROUTE), ["spec", "rules", 0, "backendRefs", 1, "weight"]));
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

const versionOf = async (name: string): Promise<string | undefined> => {
  const version = valueAt(await client.get(service(name)), ["spec", "predictor", "annotations", "beamstack-iac/model-version"]);
  return typeof version === "string" ? version : undefined;
};

/** What KServe does: annotations of the predictor are those of the pods of its Deployment. */
async function reconcile(name: string): Promise<void> {
  const version = await versionOf(name);
  const labels = { "serving.kserve.io/inferenceservice": name };
  const metadata = { name: `${name}-predictor`, namespace: SERVING };
  const annotations = version === undefined ? {} : { "beamstack-iac/model-version": version };
  await client.apply(
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels, annotations }, spec: { containers: [{ name: "kserve-container", image: "server:1" }] } },
      },
    },
    { fieldManager: "kserve" },
  );
}

/** What a gateway and the servers do: ten requests, of which the newer version gets its share; all of its requests count. */
async function traffic(): Promise<void> {
  const percent = (await share()) ?? 0;
  for (let request = 0; request < 10; request += 1) {
    const name = request * 10 < percent ? "churn-canary" : "churn";
    const count = world.counts.get(name) ?? { ok: 0, failed: 0 };
    const hasFailed = name === "churn-canary" && Math.random() < world.failing;
    world.counts.set(name, hasFailed ? { ...count, failed: count.failed + 1 } : { ...count, ok: count.ok + 1 });
  }
}

function series(): string {
  return [...world.counts]
    .flatMap(([name, { ok, failed }]) => {
      const labels = `{namespace="${SERVING}",serving_kserve_io_inferenceservice="${name}"}`;
      return [
        `model_infer_request_success_total${labels} ${ok}`,
        `model_infer_request_failure_total${labels} ${failed}`,
        `model_infer_request_duration_sum${labels} ${(ok + failed) * 0.05}`,
      ];
    })
    .join("\n");
}

async function startWorld(): Promise<void> {
  const [port, metrics] = [await freePort(), await freePort()];
  const server = createServer((_request, response) => response.end(`${series()}\n`)).listen(port, "127.0.0.1");
  await once(server, "listening");
  stops.push(async () => server.close());
  world.metrics = metrics;
  writeFileSync(
    join(folder, "prometheus.json"),
    JSON.stringify({
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      scrape_configs: [{ job_name: "world", honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
    }),
  );
  start(prometheus ?? "", ["--config.file=prometheus.json", `--web.listen-address=127.0.0.1:${metrics}`, "--storage.tsdb.path=samples"], {
    cwd: folder,
  });
  let isRunning = true;
  const loop = (async () => {
    while (isRunning) {
      await Promise.all([reconcile("churn"), reconcile("churn-canary"), traffic()]);
      await sleep(200);
    }
  })();
  stops.push(() => {
    isRunning = false;
    return loop;
  });
}

/** The account of the pod, with the permissions of the release and no others. */
async function signIn(): Promise<void> {
  mkdirSync(account, { recursive: true });
  const body = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} });
  const path = "/api/v1/namespaces/feedback/serviceaccounts/churn-rollout/token";
  writeFileSync(join(account, "token"), String(valueAt(await client.json({ method: "POST", path, body }), ["status", "token"])));
  writeFileSync(join(account, "ca.crt"), loadKubeconfig(controlPlane.kubeconfig).tls.ca ?? "");
}

/** Objects of the release that the rollout meets. */
const OURS = [
  "serving.kserve.io/InferenceService/serving/churn",
  "serving.kserve.io/InferenceService/serving/churn-canary",
  "gateway.networking.k8s.io/HTTPRoute/serving/churn",
  "rbac.authorization.k8s.io/Role/serving/feedback.feedback.churn-rollout",
  "rbac.authorization.k8s.io/RoleBinding/serving/feedback.feedback.churn-rollout",
  "core/ServiceAccount/feedback/churn-rollout",
];

/** What `up` and GitOps do: they own their fields by force. */
async function applyOurs(): Promise<void> {
  for (const id of OURS) await client.apply(objectOf(id), { fieldManager: "beamstack-iac", force: true, fieldValidation: "Strict" });
}

beforeAll(async () => {
  bin = await pythonPackages("feedback-rollout", rolloutRequirements());
  if (!prometheus) return;
  client = connect(loadKubeconfig(controlPlane.kubeconfig));
  const kinds = ["gateway.networking.k8s.io/HTTPRoute", "serving.kserve.io/InferenceService"];
  for (const definition of [...routes(), ...services()])
    if (kinds.includes(definedKind(definition) ?? "")) await applyStrictly(client, definition);
  for (const name of [SERVING, "feedback"]) await applyStrictly(client, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  await applyOurs();
  await signIn();
  await startWorld();
  const { hostname, port } = new URL(controlPlane.server);
  machine = {
    path: bin,
    secrets: {},
    replaced: {},
    variables: {
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      PYTHONPATH: join(ROOT, "feedback"),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  };
}, 1_800_000);

const own = () => ({
  MLFLOW_TRACKING_URI: `sqlite:///${folder}/mlflow.db`,
  PROMETHEUS_URL: `http://127.0.0.1:${world.metrics}`,
  EVERY_SECONDS: "1",
});
const FIXTURES = join(__dirname, "../../../fixtures/feedback");
const environment = (id: string, container: string) => ({ ...environmentOf(objectOf(id), container, machine), ...own() });
const python = (id: string, ...args: readonly string[]): string =>
  execFileSync(join(bin, "python"), args, { env: environment(id, "main"), cwd: folder, encoding: "utf8" }).trim();
const JOB = "keda.sh/ScaledJob/feedback/churn-retrain";
const ROLLOUT = "apps/Deployment/feedback/churn-rollout";

/** A training, and the gate after it. */
function train(auc: number): string {
  const version = python(JOB, join(FIXTURES, "registry.py"), "train", `${auc}`, folder);
  python(JOB, "-m", "beamstack_feedback", "decide");
  return version;
}

function registry(): {
  readonly aliases: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, Record<string, string>>>;
} {
  return JSON.parse(python(JOB, join(FIXTURES, "registry.py"), "show"));
}

const stateOf = (version: string) => registry().tags[version]?.["feedback.state"];

(prometheus ? describe : describe.skip)("a loop with a rollout", () => {
  let first: string;

  beforeAll(async () => {
    first = train(0.8);
    const metrics = await freePort();
    const args = [join(FIXTURES, "as_pod.py"), account, "roll-out"];
    start(join(bin, "python"), args, { env: { ...environment(ROLLOUT, "main"), METRICS_PORT: `${metrics}` }, cwd: folder });
    await until(async () => stateOf(first) === "promoted");
  }, 600_000);

  test("a candidate that is not better gets no request, and the registry says why", async () => {
    const worse = train(0.7);

    expect(registry()).toMatchObject({ aliases: { champion: first }, tags: { [worse]: { "feedback.state": "rejected" } } });
    expect(registry().tags[worse]?.["feedback.reason"]).toContain("not better");
    await sleep(3000);
    expect([await share(), await versionOf("churn-canary")]).toEqual([undefined, first]);
  }, 300_000);

  test("a better one gets 10 %, 50 % and all requests, whatever is applied meanwhile, and serves at the end", async () => {
    const shares: (number | undefined)[] = [];
    const better = train(0.9);

    await until(async () => {
      const now = await share();
      if (shares.at(-1) !== now) shares.push(now);
      await applyOurs();
      return now === undefined && shares.length > 1 && stateOf(better) === "promoted";
    });

    expect(shares.filter((each) => each !== undefined)).toEqual([10, 50, 100]);
    expect(registry().aliases["champion"]).toBe(better);
    expect([await versionOf("churn"), await versionOf("churn-canary")]).toEqual([better, better]);
    first = better;
  }, 600_000);

  test("one whose requests fail at 50 % is taken back, and the registry says why", async () => {
    const faulty = train(0.95);
    await until(async () => (await share()) === 50);

    world.failing = 0.5;
    await until(async () => stateOf(faulty) === "rolled-back");
    await until(async () => (await share()) === undefined);

    expect(registry().aliases["champion"]).toBe(first);
    expect(registry().tags[faulty]?.["feedback.reason"]).toMatch(/at 50 % of the requests: \d+ of \d+ requests failed, more than 5.0%/);
    await until(async () => (await versionOf("churn-canary")) === first);
    expect(await versionOf("churn")).toBe(first);
  }, 600_000);

  test("the program may do nothing but what a rollout needs", async () => {
    const review = async (verb: string, group: string, resource: string, name?: string): Promise<JsonValue | undefined> => {
      const resourceAttributes = { namespace: SERVING, verb, group, resource, ...(name !== undefined && { name }) };
      const user = "system:serviceaccount:feedback:churn-rollout";
      const body = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec: { user, resourceAttributes } };
      const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
      return valueAt(await client.json({ method: "POST", path, body: JSON.stringify(body) }), ["status", "allowed"]);
    };
    const api = "gateway.networking.k8s.io";

    expect(await review("patch", "serving.kserve.io", "inferenceservices", "churn")).toBe(true);
    expect(await review("create", api, "httproutes", "churn-canary")).toBe(true);
    expect(await review("create", api, "httproutes", "churn")).toBe(false);
    expect(await review("patch", api, "httproutes", "churn")).toBe(false);
    expect(await review("patch", "serving.kserve.io", "inferenceservices", "other")).toBe(false);
    expect(await review("delete", "serving.kserve.io", "inferenceservices", "churn")).toBe(false);
    expect(await review("list", "", "pods")).toBe(false);
  });
});
