/** Applications of an environment. */

import { Testing } from "cdk8s";
import fc from "fast-check";
import { SparkApplication } from "#lib/components/spark/index";
import { divideMemory, isEnough } from "#lib/components/spark/memory";
import { valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { defineEnvironment, type EnvironmentSpec } from "#lib/environment/spec";
import type { KubeObject } from "#lib/kube/object";
import { bucketWith } from "../../../fixtures/bucket";
import { places, released } from "../../../fixtures/platform";

const base = {
  name: "test",
  cluster: { type: "embedded" },
  nodePools: {
    gpu: { type: "static", nodes: 2, node: { cpu: 32, memory: Size.gibibytes(128), accelerators: { type: "nvidia-l4", count: 4 } } },
  },
  kueue: { queues: { research: { quotas: [{ pool: "gpu" }] } } },
} as const;
const main = { type: "python", file: "local:///opt/app/main.py" } as const;

function application(environment: EnvironmentSpec, kind = "SparkApplication") {
  return released(environment).objects.find(({ manifest }) => manifest.kind === kind)?.manifest;
}

test("an application in a queue shows its size and place where the queue reads them, and its accelerators where budgets count them", () => {
  const found = application(
    defineEnvironment({
      ...base,
      spark: {
        applications: {
          train: { main, executor: { instances: 2, accelerators: 1, pool: "gpu", memory: Size.gibibytes(8) }, queue: "research" },
        },
      },
    }),
  );

  expect(found).toMatchObject({
    metadata: { labels: { "kueue.x-k8s.io/queue-name": "research" } },
    spec: {
      executor: {
        instances: 2,
        coreRequest: "1",
        memory: "5851m",
        memoryOverhead: "2341m",
        memoryLimit: "8192m",
        nodeSelector: { "beamstack-iac/node-pool": "gpu" },
        tolerations: [{ key: "nvidia.com/gpu" }],
        gpu: { name: "nvidia.com/gpu", quantity: 1 },
        template: { spec: { automountServiceAccountToken: false, containers: [{ resources: { limits: { "nvidia.com/gpu": 1 } } }] } },
      },
    },
  });
});

test("an application in a queue is submitted once: for the queue a failed submission is the end, and a second one would start around it", () => {
  const policyOf = (own: object) => {
    const found = application({ ...base, spark: { applications: { train: { main, ...own } } } } as EnvironmentSpec);
    return valueAt(found, ["spec", "restartPolicy"]);
  };

  expect(policyOf({})).toMatchObject({ onFailureRetries: 3, onSubmissionFailureRetries: 3 });
  expect(policyOf({ queue: "research" })).toEqual({ type: "OnFailure", onFailureRetries: 3, onFailureRetryInterval: 30 });
});

test("an application and a Connect server of one name have accounts and policies of their own", () => {
  const ids = released({ ...base, spark: { applications: { main: { main } }, connect: { main: {} } } }).objects.map(({ id }) => id);

  expect(ids.filter((id) => id.startsWith("core/ServiceAccount/spark/main"))).toEqual([
    "core/ServiceAccount/spark/main-connect",
    "core/ServiceAccount/spark/main-spark",
  ]);
});

test("the pods of a budget of accelerators are counted with dynamic allocation at its most", () => {
  const executor = { accelerators: 4, pool: "gpu" } as const;
  const of = (max: number) => places({ ...base, spark: { applications: { train: { main, executor, dynamicAllocation: { max } } } } });

  expect(of(2)).toEqual([]);
  expect(of(3).map(({ id }) => id)).toContain("checks.gpu-budget");
});

test("heap and overhead are the memory of the pod, and Spark's own share of the heap at least", () => {
  fc.assert(
    fc.property(fc.integer({ min: 834, max: 1_000_000 }), fc.constantFrom("jvm" as const, "other" as const), (mebibytes, language) => {
      const memory = divideMemory(Size.mebibytes(mebibytes), language);

      expect(memory.heap + memory.overhead).toBe(mebibytes);
      expect(memory.overhead).toBeGreaterThanOrEqual(Math.max(384, Math.floor(memory.heap * (language === "jvm" ? 0.1 : 0.4))));
      expect(isEnough(memory)).toBe(true);
    }),
  );
});

test("refuses names that the operator cannot make Services of, and pods that fit no node", () => {
  const spark = {
    applications: {
      "1st": { main },
      big: { main, executor: { pool: "gpu", cpu: 40 } },
      wide: { main, executor: { pool: "gpu", scratch: Size.gibibytes(100) } },
    },
  };

  expect(places({ ...base, spark })).toEqual([
    { id: "spark.name", path: "spark.applications.1st" },
    { id: "spark.fits-no-machine", path: "spark.applications.big.executor" },
    { id: "spark.fits-no-machine", path: "spark.applications.wide.executor" },
  ]);
});

test("opens the way to Google's identity service for a ServiceAccount with such an identity", () => {
  const spark = {
    applications: { pi: { main, serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": "spark@any.iam.gserviceaccount.com" } } },
  };
  const names = released({ ...base, spark }).objects.map(({ id }) => id);

  expect(names).toContain("networking.k8s.io/NetworkPolicy/spark/pi-spark-identity-egress");
});

test("refuses webhooks in the host's network, which the chart cannot have", () => {
  const spark = { applications: { pi: { main } } };

  expect(places({ ...base, cluster: { type: "context", context: "any" }, network: { webhooks: "host" }, spark })).toEqual([
    { id: "spark.webhook-on-host", path: "spark.operator" },
  ]);
});

const image = "registry.example.com/team/spark:1.0";
const keys = { type: "access-key", accessKeyId: secretRef("keys", "id"), secretAccessKey: secretRef("keys", "secret") } as const;

test("event logs of an application are where the history server of the same bucket looks for them", () => {
  const { objects } = released({
    ...base,
    buckets: {
      logs: {
        type: "s3-compatible",
        bucket: "logs",
        prefix: "team",
        endpoint: "https://s3.example.com",
        credentials: keys,
        namespaces: ["spark"],
      },
    },
    spark: { applications: { train: { main, image, eventLogs: "logs" } }, history: { main: { image, bucket: "logs" } } },
  });
  const [found] = objects.filter(({ manifest }) => manifest.kind === "SparkApplication");
  const names = objects.map(({ id }) => id);

  expect(valueAt(found?.manifest, ["spec", "sparkConf"])).toMatchObject({
    "spark.eventLog.enabled": "true",
    "spark.eventLog.dir": "s3a://logs/team/spark-events",
  });
  expect(JSON.stringify(objects.find(({ id }) => id === "apps/Deployment/spark/main-spark-history")?.manifest)).toContain(
    "-Dspark.history.fs.logDirectory=s3a://logs/team/spark-events",
  );
  expect(names).toContainEqual(expect.stringMatching(/NetworkPolicy\/spark\/main-spark-history-to-bucket\.logs\..*-egress$/));
});

test("drivers and executors trust the CA of a bucket, besides all others, before Spark starts", () => {
  const access = { ca: secretRef("s3-ca", "ca.crt") };
  const chart = Testing.chart();
  new SparkApplication(chart, "Application", { name: "train", main, image, buckets: [bucketWith("data", { access })] });
  const found = (chart.toJson() as KubeObject[]).find(({ kind }) => kind === "SparkApplication");

  for (const role of ["driver", "executor"]) {
    expect(valueAt(found, ["spec", role, "template", "spec"])).toMatchObject({
      initContainers: [{ name: "trust-store", env: [{ name: "CA", value: "/etc/beamstack/bucket-ca/ca.crt" }, { name: "STORE" }] }],
      volumes: expect.arrayContaining([expect.objectContaining({ name: "bucket-ca" })]),
    });
    expect(valueAt(found, ["spec", "sparkConf", `spark.${role}.defaultJavaOptions`])).toMatch(/^-Djavax\.net\.ssl\.trustStore=\/tmp\//);
  }
});

test("an identity of AWS is read by the SDK of the Hadoop that comes with the version of Spark", () => {
  const providerOf = (version: string) => {
    const chart = Testing.chart();
    const credentials = { type: "identity", annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::1:role/data" } } as const;
    const buckets = [bucketWith("data", { access: { credentials } })];
    new SparkApplication(chart, "Application", { name: "train", main, image, version, buckets });
    const found = (chart.toJson() as KubeObject[]).find(({ kind }) => kind === "SparkApplication");
    return valueAt(found, ["spec", "sparkConf", "spark.hadoop.fs.s3a.aws.credentials.provider"]);
  };

  expect(providerOf("3.5.6")).toBe("com.amazonaws.auth.WebIdentityTokenCredentialsProvider");
  expect(providerOf("4.0.4")).toBe("software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider");
});

test("refuses properties of the event log that a prop sets, and names of history servers that no Deployment can have", () => {
  const buckets = { logs: { type: "gcs", bucket: "logs" } } as const;
  const history = { "1st": { image, bucket: "logs" } } as const;
  const train = { main, image, eventLogs: "logs", conf: { "spark.eventLog.dir": "file:///logs" } } as const;

  expect(places({ ...base, buckets, spark: { applications: { train }, history } })).toEqual([
    { id: "spark.conf-owned", path: 'spark.applications.train.conf."spark.eventLog.dir"' },
    { id: "spark.history-name", path: "spark.history.1st" },
  ]);
});

test("the operator of Apache gets the same application as properties and templates, and another object for another spec", () => {
  const found = (own: object = {}) =>
    application({
      ...base,
      spark: { operator: { type: "apache" }, applications: { train: { main, executor: { instances: 3, pool: "gpu" }, ...own } } },
    } as EnvironmentSpec);
  const manifest = found();

  expect(manifest).toMatchObject({
    apiVersion: "spark.apache.org/v1",
    metadata: { name: expect.stringMatching(/^train-[0-9a-f]{8}$/) },
    spec: {
      pyFiles: "local:///opt/app/main.py",
      sparkConf: {
        "spark.executor.instances": "3",
        "spark.executor.memory": "1462m",
        "spark.executor.memoryOverhead": "586m",
        "spark.kubernetes.authenticate.driver.serviceAccountName": "train-spark",
      },
      executorSpec: { podTemplateSpec: { spec: { tolerations: [{ key: "nvidia.com/gpu" }] } } },
      applicationTolerations: { resourceRetainPolicy: "OnFailure", restartConfig: { restartPolicy: "OnFailure", maxRestartAttempts: 3 } },
    },
  });
  expect(found({ arguments: ["--all"] })?.metadata.name).not.toBe(manifest?.metadata.name);
  expect(found()?.metadata.name).toBe(manifest?.metadata.name);
});

test("refuses what the operator of Apache has no kind for", () => {
  const connect = { sessions: {} };

  expect(places({ ...base, spark: { operator: { type: "apache" }, connect } })).toEqual([
    { id: "spark.connect-of-apache-operator", path: "spark.connect" },
  ]);
});
