/**
 * The loop on a real Prometheus and a real Alertmanager: alerts of the rules, and the query by which jobs start.
 *
 * @exercises feedback, prometheus
 */

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { Duration } from "#lib/core/duration";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";
import { freePort } from "#stacks/beam/free-port";
import { ROOT } from "../../../fixtures/command";
import { pythonPackages } from "../../../fixtures/python-packages";
import { programOnPath, programsOf } from "./programs";
import { feedbackRequirements } from "./requirements";

const prometheus = programOnPath("prometheus");
const alertmanager = programOnPath("prometheus-alertmanager", "alertmanager");

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
const { release } = unwrap(
  createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
    buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
    modelStorage: { models: { bucket: "models" } },
    mlflow: { servers: { main: { database: "runs", artifacts: "models", authentication: { type: "none" } } } },
    monitoring: {},
    keda: {},
    feedback: {
      image: "registry.example.com/team/feedback:1.0",
      loops: {
        churn: {
          registry: "main",
          model: "churn",
          data: { bucket: "models", reference: "reference.parquet", current: "today" },
          rules: [{ type: "drift", lasting: Duration.seconds(2) }],
          retrain: { image: "registry.example.com/team/churn:1.0", deadline: Duration.minutes(10), cooldown: Duration.hours(1) },
          gate: { metric: "test_auc" },
        },
      },
    },
  } as never),
);
const specOf = (id: string, ...path: (string | number)[]): JsonValue | undefined =>
  valueAt(release.objects.find((object) => object.id === id)?.manifest ?? {}, ["spec", ...path]);

const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-feedback-"));
const { start, stopAll, stops } = programsOf();
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits until something is so. */
async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what().catch(() => false))) await sleep(500);
}

async function json(url: string, body?: unknown): Promise<JsonValue> {
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const text = await (await fetch(url, body === undefined ? {} : post)).text();
  return text === "" ? null : JSON.parse(text);
}

/** What is scraped, and what is notified. */
async function world() {
  const port = await freePort();
  const state = { drift: 0.05, jobs: [] as { readonly created: number; ended: boolean }[], notified: 0 };
  const jobs = () =>
    state.jobs.map(({ created }, at) => `kube_job_created{namespace="feedback",job_name="churn-retrain-x7k2${at + 2}"} ${created}`);
  const server = createServer((request, response) => {
    if (request.method === "POST") state.notified += 1;
    const series = [
      `beamstack_feedback_drift{loop="churn",column="age"} ${state.drift}`,
      `beamstack_feedback_measured_timestamp_seconds{loop="churn"} ${Date.now() / 1000}`,
      'kube_namespace_created{namespace="feedback"} 1',
    ];
    response.end(`${[...series, ...jobs()].join("\n")}\n`);
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  stops.push(async () => server.close());
  return { port, state };
}

(prometheus && alertmanager ? test : test.skip)(
  "drift raises one alert however often it is sent, and starts one job: none while it runs, none within the cooldown",
  async () => {
    const { port, state } = await world();
    const [metrics, alerts] = [await freePort(), await freePort()];
    const rules = join(folder, "rules.json");
    writeFileSync(rules, JSON.stringify(specOf("monitoring.coreos.com/PrometheusRule/monitoring/feedback-churn")));
    writeFileSync(
      join(folder, "prometheus.json"),
      JSON.stringify({
        global: { scrape_interval: "1s", evaluation_interval: "1s" },
        rule_files: [rules],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alerts}`] }] }] },
        scrape_configs: [{ job_name: "world", honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
      }),
    );
    writeFileSync(
      join(folder, "alertmanager.json"),
      JSON.stringify({
        route: { receiver: "people", group_wait: "1s", group_interval: "1s", repeat_interval: "1h", group_by: ["..."] },
        receivers: [{ name: "people", webhook_configs: [{ url: `http://127.0.0.1:${port}/` }] }],
      }),
    );
    const [manager, server] = [`http://127.0.0.1:${alerts}`, `http://127.0.0.1:${metrics}`];
    start(
      alertmanager ?? "",
      ["--config.file=alertmanager.json", `--web.listen-address=127.0.0.1:${alerts}`, "--cluster.listen-address=", "--storage.path=alerts"],
      { cwd: folder },
    );
    start(prometheus ?? "", ["--config.file=prometheus.json", `--web.listen-address=127.0.0.1:${metrics}`, "--storage.tsdb.path=samples"], {
      cwd: folder,
    });
    const value = async (query: string) => {
      const answer = await json(`${server}/api/v1/query?query=${encodeURIComponent(query)}`);
      if (valueAt(answer, ["status"]) !== "success") throw new Error(JSON.stringify(answer));
      return Number(valueAt(answer, ["data", "result", 0, "value", 1]) ?? 0);
    };
    const id = "keda.sh/ScaledJob/feedback/churn-retrain";
    const query = String(specOf(id, "triggers", 0, "metadata", "query"));
    const [most, threshold] = [Number(specOf(id, "maxReplicaCount")), Number(specOf(id, "triggers", 0, "metadata", "threshold"))];
    /** One look of KEDA. Source: KEDA v2.20.2, scale_jobs.go, defaultScalingStrategy. */
    const look = async () => {
      const wanted = Math.min(Math.ceil((await value(query)) / threshold), most);
      const running = state.jobs.filter(({ ended }) => !ended).length;
      for (let job = running; job < wanted; job += 1) state.jobs.push({ created: Math.floor(Date.now() / 1000), ended: false });
    };
    await until(async () => (await value('beamstack_feedback_drift{loop="churn"}')) === 0.05);
    await look();
    expect(state.jobs).toHaveLength(0);

    state.drift = 0.4;
    await until(async () => state.notified === 1);
    const [alert] = (await json(`${manager}/api/v2/alerts`)) as { labels: object; annotations: object; startsAt: string }[];
    const again = { labels: alert?.labels, annotations: alert?.annotations, startsAt: alert?.startsAt };
    for (let sent = 0; sent < 5; sent += 1) await json(`${manager}/api/v2/alerts`, [again]);
    expect(await json(`${manager}/api/v2/alerts`)).toHaveLength(1);
    for (let sent = 0; sent < 5; sent += 1) await look();
    expect(state.jobs).toHaveLength(1);

    // The job has ended, and the drift goes on.
    for (const job of state.jobs) job.ended = true;
    await until(async () => (await value('kube_job_created{namespace="feedback"}')) > 0);
    await look();
    expect(state.jobs).toHaveLength(1);
    expect(state.notified).toBe(1);

    // Two hours later.
    state.jobs.splice(0, 1, { created: Math.floor(Date.now() / 1000) - 7200, ended: true });
    await until(async () => (await value(query)) === 1);
    await look();
    expect(state.jobs).toHaveLength(2);
  },
);

test("the package passes its own tests, with the pinned versions", async () => {
  const project = join(ROOT, "feedback");
  const bin = await pythonPackages("feedback", feedbackRequirements());

  const said = execFileSync(join(bin, "python"), ["-m", "pytest", "-q", "tests"], {
    cwd: project,
    env: { ...process.env, PYTHONPATH: ".", PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });

  expect(said).toMatch(/\d+ passed/);
});
