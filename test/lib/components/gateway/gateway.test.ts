/** UIs of an environment behind a gateway: routes, certificates, sign-in and network flows. */

import { createPlatform } from "#charts/platform";
import { catalog } from "#lib/components/registry";
import { valueAt } from "#lib/core/json";
import { unwrap } from "#lib/core/problem";
import { secretRef } from "#lib/core/secret-ref";

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") };
const existing = { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["model-registry", "mlflow"] };
const through = {
  type: "gateway-class",
  class: "envoy",
  issuer: { name: "letsencrypt" },
  source: { type: "pods", namespace: "envoy-gateway-system", labels: { app: "envoy" } },
};
const company = {
  issuer: "https://id.example.com",
  clientId: "beamstack",
  clientSecret: secretRef("sign-in", "client"),
  cookieSecret: secretRef("sign-in", "cookie"),
  emailDomains: ["example.com"],
};
const routes = {
  models: { host: "models.example.com", to: "kubeflowModelRegistry.servers.models", signIn: "company" },
  grafana: { host: "grafana.example.com", to: "monitoring" },
};

const resolved = (more: object = {}) =>
  createPlatform({ sections: catalog }).resolve({
    name: "test",
    cluster: { type: "context", context: "test" },
    certManager: {},
    databases: { models: existing },
    kubeflowModelRegistry: { servers: { models: { database: "models", ui: { groups: ["ml"] } } } },
    monitoring: { grafana: { adminSecret: "grafana-admin" } },
    oauth2Proxy: { providers: { company } },
    gateway: { through, routes },
    ...more,
  } as never);

type Result = ReturnType<typeof resolved>;
const problems = (result: Result) => (result.ok ? result.warnings : result.problems).map(({ id, path }) => [id, path]);
const manifest = (result: Result, id: string) => unwrap(result).release.objects.find((object) => object.id === id)?.manifest;
const ids = (result: Result) => unwrap(result).release.objects.map(({ id }) => id);

const ROUTE = "gateway.networking.k8s.io/HTTPRoute";

test("a UI without authentication is behind the proxy, and one with its own is not", () => {
  const result = resolved();

  expect(valueAt(manifest(result, `${ROUTE}/oauth2-proxy/models`) ?? {}, ["spec", "rules", 0, "backendRefs", 0])).toEqual({
    name: "sign-in-models",
    port: 4180,
  });
  expect(valueAt(manifest(result, `${ROUTE}/monitoring/grafana`) ?? {}, ["spec", "rules", 0, "backendRefs", 0, "port"])).toBe(80);
});

test("each host has a listener with a certificate of its own, to which routes of one namespace may attach", () => {
  const result = resolved();

  const listeners = valueAt(manifest(result, "gateway.networking.k8s.io/Gateway/gateway/beamstack") ?? {}, ["spec", "listeners"]);
  expect(listeners).toMatchObject([
    { name: "http", protocol: "HTTP" },
    { hostname: "models.example.com", protocol: "HTTPS", tls: { certificateRefs: [{ name: "models-tls" }] } },
    {
      hostname: "grafana.example.com",
      allowedRoutes: { namespaces: { selector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } } },
    },
  ]);
  expect(valueAt(manifest(result, "cert-manager.io/Certificate/gateway/models") ?? {}, ["spec"])).toMatchObject({
    dnsNames: ["models.example.com"],
    secretName: "models-tls",
    issuerRef: { kind: "ClusterIssuer", name: "letsencrypt" },
  });
});

test("the network is open from the gateway to the proxy and from there to the UI, and in the controller's namespace nothing is created", () => {
  const result = resolved();

  const policies = ids(result).filter((id) => id.includes("sign-in") && id.includes("NetworkPolicy"));
  expect(policies.map((id) => id.replace("networking.k8s.io/NetworkPolicy/", "")).sort()).toEqual(
    [
      "model-registry/sign-in.models-to-ui-ingress",
      "oauth2-proxy/gateway-to-sign-in.models-ingress",
      "oauth2-proxy/sign-in.models-to-issuer-egress",
      "oauth2-proxy/sign-in.models-to-ui-egress",
    ]
      .concat(policies.filter((id) => id.includes("scrape")).map((id) => id.replace("networking.k8s.io/NetworkPolicy/", "")))
      .sort(),
  );
  expect(ids(result).filter((id) => id.includes("/envoy-gateway-system/"))).toEqual([]);
});

test("Prometheus reads the metrics of proxies", () => {
  expect(ids(resolved())).toContain("monitoring.coreos.com/PodMonitor/monitoring/oauth2-proxy.models");
});

test("an issuer without cert-manager, a host twice and an unknown UI are one problem each, all at once", () => {
  const twice = { ...routes, other: { host: "models.example.com", to: "monitoring" }, none: { host: "none.example.com", to: "monitorin" } };
  const result = resolved({ certManager: undefined, gateway: { through, routes: twice } });

  expect(problems(result).sort()).toEqual([
    ["gateway.host-twice", "gateway.routes.other.host"],
    ["gateway.no-certificate-issuer", "gateway.through.issuer"],
    ["gateway.unknown-ui", "gateway.routes.none.to"],
  ]);
});

test("MLflow must know the host name that browsers use", () => {
  const mlflow = (allowedHosts: string[]) => ({
    databases: { models: existing, runs: { ...existing, database: "runs" } },
    buckets: { models: { type: "gcs", bucket: "models" } },
    modelStorage: { models: { bucket: "models" } },
    mlflow: { servers: { main: { database: "runs", artifacts: "models", authentication: { type: "none" }, allowedHosts } } },
    gateway: { through, routes: { ...routes, mlflow: { host: "mlflow.example.com", to: "mlflow.servers.main", signIn: "company" } } },
  });

  expect(problems(resolved(mlflow([])))).toEqual([["gateway.host-not-allowed", "gateway.routes.mlflow.host"]]);
  expect(ids(resolved(mlflow(["mlflow.example.com"])))).toContain(`${ROUTE}/oauth2-proxy/mlflow`);
});

test("a provider that no route uses is a warning", () => {
  const result = resolved({ gateway: { through, routes: { grafana: routes.grafana } } });

  expect(problems(result)).toContainEqual(["oauth2-proxy.unused", "oauth2Proxy.providers.company"]);
});

test("a Gateway that exists gets routes alone, and no certificates", () => {
  const shared = { type: "existing", name: "shared", namespace: "gateways", listener: "https", source: { type: "anywhere" } };
  const result = resolved({ gateway: { through: shared, routes }, certManager: undefined });

  expect(valueAt(manifest(result, `${ROUTE}/oauth2-proxy/models`) ?? {}, ["spec", "parentRefs"])).toEqual([
    { name: "shared", namespace: "gateways", sectionName: "https" },
  ]);
  expect(ids(result).filter((id) => id.startsWith("cert-manager.io/Certificate/") || id.includes("/Gateway/"))).toEqual([]);
});
