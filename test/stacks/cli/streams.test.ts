import type { KubeObject } from "#lib/kube/object";
import type { Release } from "#lib/release/release";
import { stopGoing } from "#stacks/cli/streams";
import { releaseWith } from "../../lib/release/fixture";
import { FakeCluster } from "../beam/fake-cluster";
import { ENVIRONMENT, ended, live } from "../beam/live";

const BATCH = { outcome: "finished" } as const;
const QUICK = { pollMs: 1, timeoutSeconds: 1 };

/** The release that declares these objects. */
function declaring(objects: readonly KubeObject[]): Release {
  return { ...releaseWith(objects), environment: ENVIRONMENT };
}

const jobs = (cluster: FakeCluster) => cluster.writes.filter((write) => write.startsWith("create batch/Job"));
const silent = () => {};

test.each<["up" | "destroy", string[]]>([
  ["up", ["create batch/Job/flink/gone-stop"]],
  ["destroy", ["create batch/Job/flink/gone-stop", "create batch/Job/flink/kept-stop"]],
])("%s stops the streams whose pipelines go, and no pipeline that ends by itself", async (kind, stopped) => {
  const kept = ended(live("kept"));
  const cluster = new FakeCluster([...kept, ...ended(live("gone")), ...ended(live("batch", BATCH))], { end: "Complete" });

  await stopGoing(cluster, { kind, release: declaring(kept) }, silent, QUICK);

  expect(jobs(cluster).sort()).toEqual(stopped);
});

test("a new version of a pipeline is no reason to stop it: its submitter takes over", async () => {
  const cluster = new FakeCluster(ended(live("clicks")), { end: "Complete" });

  await stopGoing(cluster, { kind: "up", release: declaring(live("clicks", { parallelism: 2 })) }, silent, QUICK);

  expect(cluster.writes).toEqual([]);
});

test("only targets are stopped", async () => {
  const [one, other] = [ended(live("one")), ended(live("other"))];
  const cluster = new FakeCluster([...one, ...other], { end: "Complete" });
  const name = one.find(({ kind }) => kind === "Job")?.metadata.name;

  const target = [`urn:pulumi:acme::p::kubernetes:batch/v1:Job::batch/Job/flink/${name}`];
  await stopGoing(cluster, { kind: "destroy", release: declaring([]), target }, silent, QUICK);

  expect(jobs(cluster)).toEqual(["create batch/Job/flink/one-stop"]);
});

test("a stream that cannot be stopped ends the command, which names the way out", async () => {
  const cluster = new FakeCluster(ended(live("clicks")), { end: "Failed", log: "beamstack: Flink does not answer\n" });

  await expect(stopGoing(cluster, { kind: "destroy", release: declaring([]) }, silent, QUICK)).rejects.toThrow(
    "pipeline clicks was not stopped: Flink does not answer; nothing was deleted; correct that and run it again, or give --skip-stop to destroy without a last savepoint",
  );
});

test("the savepoint is told with the key that takes it", async () => {
  const told: string[] = [];
  const cluster = new FakeCluster(ended(live("clicks", { upgrade: "savepoint" })), { end: "Complete" });
  cluster.put({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "clicks-state", namespace: "flink" },
    data: { savepoint: "s3://a/1" },
  });

  await stopGoing(cluster, { kind: "destroy", release: declaring([]) }, (text) => told.push(text), QUICK);

  expect(told).toEqual([
    "stopping the stream clicks",
    "clicks is stopped; when it comes back, give its last savepoint as pipelines.clicks.savepoint: s3://a/1",
  ]);
});
