/** Flink applications: what the operator is given, and how a change reaches it. */

import { App } from "cdk8s";
import { createPlatform } from "#charts/platform";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { FlinkApplication, type FlinkApplicationProps, flinkPin } from "#lib/components/flink/index";
import { catalog } from "#lib/components/registry";
import { Duration } from "#lib/core/duration";
import { type JsonValue, valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import type { KubeObject } from "#lib/kube/object";

const STORAGE = { type: "s3", uri: "s3://bucket/flink" } as const;

function objectsOf(props: Partial<FlinkApplicationProps> = {}): KubeObject[] {
  const app = new App();
  new FlinkApplication(new StageChart(app, "data-preparation"), "Subject", {
    jar: "local:///opt/flink/usrlib/a.jar",
    ...props,
    name: "clicks",
  });
  return unwrap(synthesize(app, "test")).objects.map(({ manifest }) => manifest);
}

function ofKind(kind: string, props: Partial<FlinkApplicationProps> = {}): KubeObject[] {
  return objectsOf(props).filter((object) => object.kind === kind);
}

function at(props: Partial<FlinkApplicationProps>, ...path: string[]): JsonValue | undefined {
  return valueAt(ofKind("FlinkDeployment", props)[0], ["spec", ...path]);
}

test("the job is written with the operator's own defaults, so that it has nothing to add", () => {
  expect(at({}, "job")).toEqual({
    jarURI: "local:///opt/flink/usrlib/a.jar",
    args: [],
    parallelism: 1,
    state: "running",
    upgradeMode: "stateless",
    allowNonRestoredState: false,
  });
});

test("its pods have no Beam workers, and code finds its variables and files in Flink's containers", () => {
  const [deployment] = ofKind("FlinkDeployment", { env: { TOPIC: "clicks" }, mounts: { "/etc/ca": { type: "config-map", name: "ca" } } });
  for (const part of ["jobManager", "taskManager"]) {
    const containers = valueAt(deployment, ["spec", part, "podTemplate", "spec", "containers"]);
    expect(containers).toMatchObject([{ name: "flink-main-container", env: [{ name: "TOPIC", value: "clicks" }] }]);
    expect(JSON.stringify(containers)).toContain('"mountPath":"/etc/ca"');
  }
});

test("another savepoint restarts a job that has run, the same one does not", () => {
  const nonce = (savepoint: string) => at({ savepoint }, "job", "savepointRedeployNonce");

  expect(nonce("s3://bucket/sp-1")).toBe(nonce("s3://bucket/sp-1"));
  expect(nonce("s3://bucket/sp-1")).not.toBe(nonce("s3://bucket/sp-2"));
});

test("a jar from elsewhere is fetched to a folder that can be written", () => {
  expect(at({ jar: "https://example.com/a.jar" }, "flinkConfiguration", "user.artifacts.base-dir")).toBe("/tmp/artifacts");
  expect(at({}, "flinkConfiguration", "user.artifacts.base-dir")).toBeUndefined();
});

test("savepoints on a schedule stay in the storage unless they are to be disposed", () => {
  const configuration = at({ storage: STORAGE, snapshots: { every: Duration.hours(6), keep: 4 } }, "flinkConfiguration");

  expect(configuration).toMatchObject({
    "kubernetes.operator.periodic.savepoint.interval": "21600 s",
    "kubernetes.operator.savepoint.history.max.count": "4",
    "kubernetes.operator.savepoint.history.max.age": "86400 s",
    "kubernetes.operator.savepoint.dispose-on-delete": "false",
    "state.savepoints.dir": "s3://bucket/flink/clicks/savepoints",
  });
});

test("a snapshot that is taken once keeps its files when it is removed, and another kind of it is another object", () => {
  const first = ofKind("FlinkStateSnapshot", { storage: STORAGE, snapshots: { once: { "before-v2": {} } } });
  const second = ofKind("FlinkStateSnapshot", { storage: STORAGE, snapshots: { once: { "before-v2": { format: "native" } } } });

  expect(first).toMatchObject([
    {
      metadata: { name: expect.stringMatching(/^clicks-before-v2-[0-9a-f]{8}$/) },
      spec: { jobReference: { kind: "FlinkDeployment", name: "clicks" }, savepoint: { formatType: "CANONICAL", disposeOnDelete: false } },
    },
  ]);
  expect(second[0]?.metadata.name).not.toBe(first[0]?.metadata.name);
});

describe("blue-green", () => {
  const props = { rollout: { type: "blue-green" }, parallelism: 3, taskManager: { slots: 1 }, storage: STORAGE } as const;

  test("has the same deployment as template, with the operator's times", () => {
    const [made] = ofKind("FlinkBlueGreenDeployment", props);

    expect(ofKind("FlinkDeployment", props)).toEqual([]);
    expect(valueAt(made, ["spec", "template", "spec", "job", "parallelism"])).toBe(3);
    expect(valueAt(made, ["spec", "configuration"])).toEqual({
      "kubernetes.operator.bluegreen.abort.grace-period": "600 s",
      "kubernetes.operator.bluegreen.deployment-deletion.delay": "60 s",
    });
  });

  test("opens the network for both colours, and protects the pods of both", () => {
    const budgets = ofKind("PodDisruptionBudget", props).map(({ metadata }) => metadata.name);
    const policies = JSON.stringify(ofKind("NetworkPolicy", props));

    expect(budgets.sort()).toEqual(["clicks-blue-taskmanager", "clicks-green-taskmanager"]);
    for (const colour of ["blue", "green"]) expect(policies).toContain(`"app":"clicks-${colour}"`);
  });

  test("counts the pods of both, which run at the same time during a change", () => {
    const kind = flinkPin.kinds.find((one) => one.kind.endsWith("FlinkBlueGreenDeployment"));
    const [made] = ofKind("FlinkBlueGreenDeployment", props);
    const copies = (part: string) => kind && "copiesOf" in kind && made && kind.copiesOf(made, `spec.template.spec.${part}.podTemplate`);

    expect([copies("jobManager"), copies("taskManager")]).toEqual([2, 6]);
  });
});

test("an application and a session cluster of one name in one namespace are refused", () => {
  const flink = { clusters: { clicks: {} }, applications: { clicks: { jar: "local:///opt/flink/usrlib/a.jar", storage: STORAGE } } };
  const result = createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    flink,
  } as never);

  expect(result.ok ? [] : result.problems.map(({ id, path }) => [id, path])).toEqual([
    ["flink.name-of-cluster", "flink.applications.clicks"],
  ]);
});
