/** From a construct tree to a release. */

import { ApiObject, App } from "cdk8s";
import { Construct } from "constructs";
import { type ReleaseOptions, releaseOf } from "#charts/release-of";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { PlatformNamespace } from "#lib/components/foundation/index";
import { Duration } from "#lib/core/duration";
import { unwrap } from "#lib/core/problem";
import { Size } from "#lib/core/size";
import { HardenedWorkload } from "#lib/kube/hardened-workload";
import { setImageRegistry } from "#lib/kube/images";
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

  const [object] = unwrap(synthesize(app, "test")).objects;

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

  expect(unwrap(synthesize(app, "test")).edges).toEqual([
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

  const result = synthesize(app, "test");

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

  const result = synthesize(app, "test");

  expect(result.ok ? [] : result.problems.map((problem) => problem.id)).toEqual(["x.one", "x.two", "x.warned"]);
});

test("warnings travel with the release", () => {
  const app = appWith((chart) =>
    addProblems(configMap(chart, "a"), [{ id: "x.warned", path: "p", got: "g", allowed: "a", fix: "f", severity: "warning" }]),
  );

  expect(unwrap(synthesize(app, "test")).problems).toMatchObject([{ id: "x.warned" }]);
});

describe("a release of constructs", () => {
  const rules = (fill: (chart: StageChart) => void, options?: ReleaseOptions): string[] => {
    const result = releaseOf(appWith(fill), "test", options);
    return result.ok ? [] : result.problems.map(({ id }) => id);
  };
  const pod = (chart: Construct, container: object): ApiObject =>
    new ApiObject(chart, "Pod", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace: "ns" },
      spec: { containers: [{ name: "main", image: "registry.example.com/a:1", ...container }] },
    });

  test("is checked with the rules that environment files are checked with", () => {
    const found = rules((chart) => {
      pod(chart, { securityContext: { privileged: true }, env: [{ name: "DB_PASSWORD", value: "hunter2-and-more" }] });
    });

    expect(found).toEqual(expect.arrayContaining(["checks.no-privileged", "checks.no-secret-in-clear-text", "checks.namespace-exists"]));
  });

  test("is valid with hardened pods, in a namespace of its own or one that exists", () => {
    const gitea = (chart: Construct) => {
      const requests = { cpu: 0.1, memory: Size.mebibytes(64) };
      const containers = [{ image: "registry.example.com/a:1", requests }];
      new HardenedWorkload(chart, "Job", { name: "a", namespace: "ns", kind: { type: "job", deadline: Duration.hours(1) }, containers });
    };

    expect(rules(gitea)).toEqual(["checks.namespace-exists"]);
    expect(rules(gitea, { existingNamespaces: ["ns"] })).toEqual([]);
    expect(
      rules((chart) => {
        new PlatformNamespace(chart, "Namespace", { name: "ns" });
        gitea(chart);
      }),
    ).toEqual([]);
  });

  test("takes images from the mirror of the app only", () => {
    const fill = (chart: Construct) => pod(chart, { image: "other.example.com/a:1" });
    const app = new App();
    setImageRegistry(app, "registry.example.com/mirror");
    fill(new StageChart(app, "pipelines"));
    const result = releaseOf(app, "test");

    expect(result.ok ? [] : result.problems.map(({ id }) => id)).toContain("checks.image-registry");
  });

  test("obeys the production rules where asked for", () => {
    const one = (chart: Construct) => {
      const containers = [{ image: "registry.example.com/a:1", requests: { cpu: 0.1, memory: Size.mebibytes(64) } }];
      new HardenedWorkload(chart, "One", { name: "a", namespace: "ns", kind: { type: "deployment", replicas: 1 }, containers });
    };

    expect(rules(one, { existingNamespaces: ["ns"], production: true })).toContain("checks.production-replicas");
  });

  test("accepts a violation that somebody answers for, and refuses an exception that nothing needs", () => {
    const exceptions = [{ rule: "no-privileged", object: "core/Pod/ns/p", reason: "the driver loads a kernel module" }];
    const driver = (chart: Construct) => {
      pod(chart, { securityContext: { privileged: true } });
    };
    const hardened = (chart: Construct) => {
      pod(chart, {});
    };

    expect(rules(driver)).toContain("checks.no-privileged");
    expect(rules(driver, { exceptions })).not.toContain("checks.no-privileged");
    expect(rules(hardened, { exceptions })).toContain("checks.unused-exception");
  });
});
