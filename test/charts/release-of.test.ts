/** From a construct tree to a release. */

import { ApiObject, App } from "cdk8s";
import { Construct } from "constructs";
import { releaseOf } from "#charts/release-of";
import { StageChart } from "#charts/stage-chart";
import { unwrap } from "#lib/core/problem";
import { COMPONENT_LABEL, STAGE_LABEL } from "#lib/kube/labels";
import { setOwner, setPlace } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";

function configMap(scope: Construct, name: string): ApiObject {
  return new ApiObject(scope, name, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "ns" } });
}

/** An app with one stage, filled by the test. */
function appWith(fill: (chart: StageChart) => void): App {
  const app = new App();
  fill(new StageChart(app, "pipelines"));
  return app;
}

test("an object belongs to the stage of its chart and to the nearest component above it", () => {
  const app = appWith((chart) => {
    const owner = new Construct(chart, "Owner");
    setPlace(owner, { source: "flink.clusters.main" });
    setOwner(owner, "flink");
    configMap(owner, "a");
  });

  const [object] = unwrap(releaseOf(app, "test")).objects;

  expect(object).toMatchObject({ stage: "pipelines", component: "flink", source: "flink.clusters.main" });
  expect(object?.manifest.metadata.labels).toMatchObject({ [STAGE_LABEL]: "pipelines", [COMPONENT_LABEL]: "flink" });
});

test("everything below a construct waits for everything below what it depends on", () => {
  const app = appWith((chart) => {
    const first = new Construct(chart, "First");
    const second = new Construct(chart, "Second");
    configMap(first, "a");
    configMap(second, "b");
    configMap(second, "c");
    second.node.addDependency(first);
  });

  expect(unwrap(releaseOf(app, "test")).edges).toEqual([
    { from: "core/ConfigMap/ns/b", to: "core/ConfigMap/ns/a", reason: "declared" },
    { from: "core/ConfigMap/ns/c", to: "core/ConfigMap/ns/a", reason: "declared" },
  ]);
});

test("two objects of one id are a problem that names both origins", () => {
  const app = appWith((chart) => {
    for (const source of ["here", "there"]) {
      const owner = new Construct(chart, source);
      setPlace(owner, { source });
      setOwner(owner, "x");
      configMap(owner, "same");
    }
  });

  const result = releaseOf(app, "test");

  expect(result).toMatchObject({
    ok: false,
    problems: [{ id: "release.duplicate-object", path: "there", got: expect.stringContaining("here") }],
  });
});

test("what constructs find wrong stops the synth, all of it at once", () => {
  const wrong = (id: string) => ({ id, path: "p", got: "g", allowed: "a", fix: "f" });
  const app = appWith((chart) => {
    addProblems(configMap(chart, "a"), [wrong("x.one"), { ...wrong("x.warned"), severity: "warning" }]);
    addProblems(configMap(chart, "b"), [wrong("x.two")]);
  });

  const result = releaseOf(app, "test");

  expect(result.ok ? [] : result.problems.map((problem) => problem.id)).toEqual(["x.one", "x.two", "x.warned"]);
});

test("warnings travel with the release", () => {
  const app = appWith((chart) =>
    addProblems(configMap(chart, "a"), [{ id: "x.warned", path: "p", got: "g", allowed: "a", fix: "f", severity: "warning" }]),
  );

  expect(unwrap(releaseOf(app, "test")).problems).toMatchObject([{ id: "x.warned" }]);
});
