/** KEDA in an environment: what it may scale, and what its operator may read. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { Duration } from "#lib/core/duration";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";

const base = { name: "test", cluster: { type: "context", context: "test" } };
const triggers = [{ type: "prometheus", query: "sum(rate(http_requests_total[1m]))", threshold: 10 }];
const web = { namespace: "mlflow", target: { name: "main" }, replicas: { max: 5 }, triggers };

function resolve(spec: object) {
  return createPlatform({ sections: catalog }).resolve({ ...base, ...spec } as never);
}

function problems(spec: object): string[] {
  const result = resolve(spec);
  return (result.ok ? result.warnings : result.problems).map(({ id, path }) => `${id} at ${path}`);
}

/** MLflow with two pods. */
const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
const mlflow = {
  databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
  buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
  modelStorage: { models: { bucket: "models" } },
  mlflow: { servers: { main: { database: "runs", artifacts: "models", authentication: { type: "none" }, replicas: 2 } } },
};

test("asks the Prometheus of the environment, and leaves the number of pods to the scaler", () => {
  const { release } = unwrap(resolve({ ...mlflow, monitoring: {}, keda: { scalers: { web } } }));
  const specOf = (id: string) => release.objects.find((object) => object.id === id)?.manifest["spec"];

  expect(specOf("keda.sh/ScaledObject/mlflow/web")).toMatchObject({
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "main" },
    minReplicaCount: 1,
    maxReplicaCount: 5,
    triggers: [{ metadata: { serverAddress: "http://kube-prometheus-stack-prometheus.monitoring.svc:9090", threshold: "10" } }],
  });
  expect(specOf("apps/Deployment/mlflow/main")).not.toHaveProperty("replicas");
});

test("sends how often KEDA looks only where it is asked to let the last pod go", () => {
  const specOf = (own: object) => {
    const { release } = unwrap(resolve({ ...mlflow, monitoring: {}, keda: { scalers: { web: { ...web, ...own } } } }));
    return release.objects.find(({ id }) => id === "keda.sh/ScaledObject/mlflow/web")?.manifest["spec"];
  };

  expect(specOf({ replicas: { min: 0, max: 5 }, interval: Duration.seconds(10) })).toMatchObject({
    pollingInterval: 10,
    cooldownPeriod: 300,
  });
  expect(specOf({})).not.toHaveProperty("pollingInterval");
  expect(specOf({})).not.toHaveProperty("cooldownPeriod");
});

test("a scaler comes after its target and after what answers its query: without one of them, the operator calls it failed", () => {
  const cluster = { type: "embedded" };
  const { release } = unwrap(resolve({ ...mlflow, cluster, monitoring: {}, keda: { scalers: { web } } }));
  const levelOf = (id: string) => release.objects.find((object) => object.id === id)?.level ?? Number.POSITIVE_INFINITY;
  const level = levelOf("keda.sh/ScaledObject/mlflow/web");
  const between = release.edges.map(({ from, to }) => [from, to].sort().join());

  expect(between).toContain("apps/Deployment/mlflow/main,keda.sh/ScaledObject/mlflow/web");
  expect(levelOf("monitoring.coreos.com/Prometheus/monitoring/kube-prometheus-stack-prometheus")).toBeLessThan(level);
});

test("refuses a query without monitoring, a second scaler of one target, and webhooks in the host's network", () => {
  expect(problems({ keda: { scalers: { web } } })).toContain("keda.no-metrics at keda.scalers.web.triggers[0]");
  expect(problems({ monitoring: {}, keda: { scalers: { web, again: web } } })).toContain("keda.two-autoscalers at keda.scalers.again");
  expect(problems({ keda: {}, network: { webhooks: "host" } })).toContain("keda.webhook-on-host at keda.operator");
});

test("warns of a target that the environment does not make, and refuses a name too long for its autoscaler", () => {
  const name = "a".repeat(55);

  expect(problems({ monitoring: {}, keda: { scalers: { web } } })).toContain("keda.unknown-target at keda.scalers.web.target");
  expect(problems({ monitoring: {}, keda: { scalers: { [name]: web } } })).toContain(`keda.name at keda.scalers.${name}`);
});

test("the operator may read Secrets of its own namespace only", () => {
  const { release } = unwrap(resolve({ keda: {} }));

  expect(release.helmReleases[0]?.values).toMatchObject({
    permissions: { operator: { restrict: { secret: true } }, metricServer: { restrict: { secret: true } } },
    rbac: { enabledCustomScaledRefKinds: false },
  });
});
