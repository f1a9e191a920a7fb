/** Traffic splits: pods for a newer version, the route to the one that serves, and what a loop may do. */

import { servedVersions } from "#lib/components/kserve/split";
import { valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { VERSION_ANNOTATION, versionFacts, versionRules } from "#lib/kube/versioned-service";
import { promqlErrors } from "../../../contract/promql";
import { places, released } from "../../../fixtures/platform";
import { registryWith } from "./places";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;
const gateway = {
  type: "gateway",
  name: "inside",
  namespace: "gateways",
  listener: "http",
  host: "churn.internal",
  source: { namespace: "proxies", labels: { app: "envoy" } },
} as const;
const churn = {
  runtime: { type: "mlserver", format: "sklearn" },
  model: { type: "registry", registry: "main", name: "churn", version: "3" },
  trafficSplit: { through: gateway, replicas: 2 },
} as const;

const environment = (service: object) =>
  ({
    name: "test",
    cluster: { type: "context", context: "test" },
    databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
    buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
    modelStorage: { models: { bucket: "models" } },
    mlflow: { servers: { main: { database: "runs", artifacts: "models", authentication: { type: "none" } } } },
    certManager: {},
    kserve: { services: { churn: service } },
  }) as never;

function objectOf(id: string, service: object = churn): object {
  return released(environment(service)).objects.find((object) => object.id === id)?.manifest ?? {};
}

const main = registryWith("main-of-splits");
const SERVICE = "serving.kserve.io/InferenceService/serving";

test("the pods for a newer version are another service, whose server knows the model by the same name", () => {
  const [stable, canary] = [objectOf(`${SERVICE}/churn`), objectOf(`${SERVICE}/churn-canary`)];
  const env = ["spec", "predictor", "containers", 0, "env"];
  const nameOf = (object: object) =>
    (valueAt(object as never, env) as { name: string; value: string }[]).find(({ name }) => name === "MLSERVER_MODEL_NAME");

  expect(nameOf(canary)).toEqual(nameOf(stable));
  expect(valueAt(canary as never, ["spec", "predictor", "minReplicas"])).toBe(2);
  expect(valueAt(stable as never, ["spec", "predictor", "annotations", VERSION_ANNOTATION])).toBeUndefined();
});

test("pods fetch the version that their annotation names, else that of the file", () => {
  const fetcher = valueAt(objectOf(`${SERVICE}/churn`) as never, ["spec", "predictor", "initContainers", 0]);

  expect(fetcher).toMatchObject({
    command: ["sh", "-c", 'exec mlflow artifacts download --artifact-uri "models:/$0/${MODEL_VERSION:-$1}" --dst-path "$2"'],
    args: ["churn", "3", "/mnt/models"],
    env: expect.arrayContaining([
      { name: "MODEL_VERSION", valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${VERSION_ANNOTATION}']` } } },
    ]),
  });
});

test("the route of the environment leads to the version that serves, and that of a loop shares longer paths", () => {
  const route = objectOf("gateway.networking.k8s.io/HTTPRoute/serving/churn");
  const versions = servedVersions(
    { name: "churn", namespace: "serving" },
    { through: gateway, model: { ...churn.model, registry: main }, runtime: churn.runtime },
  );

  expect(route).toMatchObject({
    spec: {
      hostnames: ["churn.internal"],
      parentRefs: [{ name: "inside", namespace: "gateways", sectionName: "http" }],
      rules: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: [{ name: "churn", port: 80 }] }],
    },
  });
  expect(versions.route["spec"]).toMatchObject({
    hostnames: ["churn.internal"],
    rules: [
      { matches: [{ path: { value: "/v2" } }], backendRefs: [{ name: "churn" }, { name: "churn-canary" }] },
      { matches: [{ path: { value: "/" } }], backendRefs: [{ name: "churn" }] },
    ],
  });
  for (const query of Object.values(versions.queries)) expect(promqlErrors(query.replaceAll("$window", "600s"))).toEqual([]);
});

test("a mesh shares requests to the Service, and needs no route while one version serves", () => {
  const mesh = { ...churn, trafficSplit: { through: { type: "mesh" } } };
  const versions = servedVersions(
    { name: "churn", namespace: "serving" },
    { through: { type: "mesh" }, model: { ...churn.model, registry: main }, runtime: { type: "triton" } },
  );

  expect(objectOf("gateway.networking.k8s.io/HTTPRoute/serving/churn", mesh)).toEqual({});
  expect(valueAt(versions.route, ["spec", "parentRefs"])).toEqual([{ group: "", kind: "Service", name: "churn", port: 80 }]);
  expect(versions.queries.seconds).toContain("nv_inference_request_duration_us");
});

test("every permission is on objects by name, at the paths that the program uses", () => {
  const versions = servedVersions(
    { name: "churn", namespace: "serving" },
    { through: gateway, model: { ...churn.model, registry: main }, runtime: churn.runtime },
  );

  expect(versionRules(versions).every(({ resourceNames = [] }) => resourceNames.length > 0)).toBe(true);
  expect(versionFacts("serving", versions)).toMatchObject({
    slots: {
      canary: {
        object: "/apis/serving.kserve.io/v1beta1/namespaces/serving/inferenceservices/churn-canary",
        workload: "/apis/apps/v1/namespaces/serving/deployments/churn-canary-predictor",
      },
    },
    route: { object: "/apis/gateway.networking.k8s.io/v1/namespaces/serving/httproutes/churn-canary" },
  });
});

test("two sections name the namespace of one gateway's pods, and no route of people leads to the newer version", () => {
  const { host: _host, source, ...through } = gateway;
  const routes = { churn: { host: "churn.example.com", to: "kserve.services.churn" } };
  const both = {
    ...(environment(churn) as object),
    gateway: { through: { ...through, type: "existing", source: { type: "pods", ...source } }, routes },
  };

  expect(places(both)).toEqual([{ id: "gateway.open-ui", path: "gateway.routes.churn.signIn" }]);
});
