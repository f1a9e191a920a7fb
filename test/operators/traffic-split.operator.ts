/**
 * A rollout's share of the requests for real: KServe v0.20.0 makes the pods of both versions, the program of the feedback loop writes the route, and Traefik
 * v3.6.12 as the gateway sends requests to the addresses of the pods, where servers answer in a network of their own.
 *
 * @exercises kserve, feedback, gateway
 */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { valueAt } from "#lib/core/json";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { KubeObject } from "#lib/kube/object";
import { applyStrictly } from "../fixtures/apply-release";
import { ROOT } from "../fixtures/command";
import { withGoProgram } from "../fixtures/go-program";
import { EMBEDDED, released, simulatedNodes } from "../fixtures/platform";
import { hasPodNetworks, onPodNetwork, type PodNetwork, startPodNetwork } from "../fixtures/pod-network";
import { environmentOf } from "../fixtures/pod-process";
import { accountFolder } from "./account-config";
import { KSERVE, startKserve } from "./kserve-process";
import { moduleObjects } from "./module-files";
import { eventually, STARTED_WITHIN_MS, WITHIN_MS, withRealOperators } from "./real-operator";

const TRAEFIK = { name: "traefik", goPackage: "github.com/traefik/traefik/v3/cmd/traefik", module: "traefik" } as const;
const CONTROLLER = "traefik.io/gateway-controller";
/** In the network of the pods nothing else has a port. */
const PORT = 8000;
const HOST = "churn.internal";
const INFER = "/v2/models/churn/infer";
const GATEWAY = { name: "inside", namespace: "gateways" } as const;
const STABLE = "churn";
const CANARY = "churn-canary";

const node = { cpu: 64, memory: Size.gibibytes(256) } as const;
const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;
const parts = {
  nodePools: { cpu: { type: "static", nodes: 1, node } },
  databases: { runs: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["mlflow"] } },
  buckets: { models: { type: "s3", bucket: "models", region: "eu-central-1" } },
  modelStorage: { models: { bucket: "models" } },
  mlflow: { servers: { main: { database: "runs", artifacts: "models", authentication: { type: "none" } } } },
  certManager: {},
  monitoring: {},
  keda: {},
  kserve: {
    services: {
      churn: {
        runtime: { type: "mlserver", format: "sklearn" },
        model: { type: "registry", registry: "main", name: "churn", version: "1" },
        scaling: { type: "fixed", replicas: 3 },
        pool: "cpu",
        trafficSplit: { through: { type: "gateway", ...GATEWAY, host: HOST, source: { namespace: GATEWAY.namespace } }, replicas: 2 },
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
        gate: { metric: "test_auc" },
        rollout: { service: "churn" },
      },
    },
  },
} as const;

(hasPodNetworks ? describe : describe.skip)(onPodNetwork("a traffic split"), () => {
  const operators = withRealOperators([KSERVE], { nodes: simulatedNodes({ ...EMBEDDED, ...parts }) });
  const traefik = withGoProgram({ ...TRAEFIK, source: join(__dirname, "modules", TRAEFIK.module) });
  const release = released({ ...EMBEDDED, ...parts });
  let network: PodNetwork;
  /** Service of the pod at an address. */
  const services = new Map<string, string>();
  let account: string;

  afterAll(() => network?.stop());

  beforeAll(async () => {
    const real = released({ name: "test", cluster: { type: "context", context: "test" }, ...parts });
    await startKserve(operators, { release, real });
    await applyGateway();
    operators.applyTree(release, { withoutDefinitions: true });
    account = await accountFolder(operators, { name: "churn-rollout", namespace: "feedback" });
    network = await startPodNetwork(operators.folder, operators.server());
    const [enter = "", ...inside] = network.inside;
    operators.start({ name: enter, args: () => [...inside, traefik, ...flags()] });
    await startPods();
    await eventually(
      () => share(20),
      (seen) => seen[STABLE] === 20,
    );
  }, STARTED_WITHIN_MS);

  /** The Gateway of the cluster's owner, and the kinds that Traefik watches beside ours. */
  async function applyGateway(): Promise<void> {
    const client = operators.client();
    const ours = new Set(release.objects.map(({ manifest }) => manifest.metadata.name));
    const kinds = moduleObjects({ module: TRAEFIK.module, goModule: "sigs.k8s.io/gateway-api", path: "config/crd/standard" });
    for (const kind of kinds.filter(({ metadata }) => !ours.has(metadata.name))) await applyStrictly(client, kind);
    const [apiVersion, className] = ["gateway.networking.k8s.io/v1", "traefik"];
    const listeners = [{ name: "http", port: PORT, protocol: "HTTP", allowedRoutes: { namespaces: { from: "All" } } }];
    const objects = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: GATEWAY.namespace } },
      { apiVersion, kind: "GatewayClass", metadata: { name: className }, spec: { controllerName: CONTROLLER } },
      { apiVersion, kind: "Gateway", metadata: GATEWAY, spec: { gatewayClassName: className, listeners } },
    ];
    for (const object of objects) await client.apply(object, { fieldManager: "owner" });
  }

  /** A server at the address of each pod, once all are ready. */
  async function startPods(): Promise<void> {
    const labelSelector = `serving.kserve.io/inferenceservice in (${STABLE},${CANARY})`;
    const ready = (pods: readonly KubeObject[]) =>
      pods.length === 5 && pods.every((pod) => valueAt(pod, ["status", "podIP"]) !== undefined);
    const pods = await eventually(
      () => operators.client().list({ apiVersion: "v1", kind: "Pod", namespace: "serving", labelSelector }),
      ready,
    );
    for (const pod of pods)
      services.set(String(valueAt(pod, ["status", "podIP"])), String(pod.metadata.labels?.["serving.kserve.io/inferenceservice"]));
    await network.serve([...services.keys()], 8080);
  }

  /** Answers by service, of this many requests. */
  async function share(times: number, path = INFER): Promise<Readonly<Record<string, number>>> {
    const shares: Record<string, number> = {};
    for (const [answer, count] of Object.entries(await network.ask({ port: PORT, host: HOST, path, times }))) {
      const from = serviceOf(answer);
      shares[from] = (shares[from] ?? 0) + count;
    }
    return shares;
  }

  /** Who answered: the pod's address is before the path. */
  function serviceOf(answer: string): string {
    return services.get(answer.split("/")[0] ?? "") ?? answer;
  }

  /** What the program of a rollout does with the route, as the account of its pod. */
  function shift(percent?: number): void {
    const rollout = release.objects.find(({ id }) => id === "apps/Deployment/feedback/churn-rollout")?.manifest;
    if (!rollout) throw new Error("the release has no program of a rollout");
    const { hostname, port } = new URL(operators.server());
    const env = {
      ...environmentOf(rollout, "main", { secrets: {}, replaced: {}, path: "" }),
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      PYTHONPATH: join(ROOT, "feedback"),
      PYTHONDONTWRITEBYTECODE: "1",
    };
    const script = join(__dirname, "../fixtures/feedback/shift.py");
    execFileSync("python3", [script, account, ...(percent === undefined ? [] : [`${percent}`])], { env, stdio: "pipe" });
  }

  /** Waits until the gateway has read the route: both versions answer, or one of them alone. */
  async function answering(wanted: readonly string[]): Promise<void> {
    await eventually(
      () => share(40),
      (seen) => JSON.stringify(Object.keys(seen).sort()) === JSON.stringify(wanted),
    );
  }

  test(
    "without a rollout, all pods of the version that serves answer, and no others",
    async () => {
      // The gateway reads the addresses of pods one after the other.
      const answers = await eventually(
        () => network.ask({ port: PORT, host: HOST, path: INFER, times: 300 }),
        (seen) => Object.keys(seen).length >= 3,
      );

      expect(Object.keys(answers).map(serviceOf)).toEqual([STABLE, STABLE, STABLE]);
    },
    WITHIN_MS,
  );

  test.each([10, 50])(
    "at %i %% the newer version gets that share of the requests for predictions, and none of the others",
    async (percent) => {
      const times = 1000;

      shift(percent);

      // Both answer with the former weights, too.
      const shares = await eventually(
        () => share(times),
        (seen) => Math.abs((seen[CANARY] ?? 0) - (times * percent) / 100) < 5 * deviation(times, percent),
      );
      expect(shares[STABLE]).toBe(times - (shares[CANARY] ?? 0));
      expect(await share(100, "/metrics")).toEqual({ [STABLE]: 100 });
    },
    WITHIN_MS,
  );

  test(
    "at 100 % it gets all, and nothing once the route is gone",
    async () => {
      shift(100);
      await answering([CANARY]);
      expect(await share(500)).toEqual({ [CANARY]: 500 });

      shift();
      await answering([STABLE]);
      expect(await share(500)).toEqual({ [STABLE]: 500 });
    },
    WITHIN_MS,
  );

  test(
    "the gateway accepts our route, and other hosts lead nowhere",
    async () => {
      const route = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata: { name: STABLE, namespace: "serving" } };

      const live = await operators.until(route, (seen) => valueAt(seen, ["status", "parents", 0]) !== undefined);

      const conditions = valueAt(live, ["status", "parents", 0, "conditions"]);
      expect(conditions).toContainEqual(expect.objectContaining({ type: "Accepted", status: "True" }));
      expect(conditions).toContainEqual(expect.objectContaining({ type: "ResolvedRefs", status: "True" }));
      expect(await network.ask({ port: PORT, host: "other.internal", path: INFER, times: 5 })).toEqual({ 404: 5 });
    },
    WITHIN_MS,
  );
});

/** Standard deviation of the number of requests, if each were led by chance. */
function deviation(times: number, percent: number): number {
  const chance = percent / 100;
  return Math.sqrt(times * chance * (1 - chance));
}

function flags(): string[] {
  const settings = {
    "entrypoints.web.address": `127.0.0.1:${PORT}`,
    "providers.kubernetesgateway": "true",
    "global.checknewversion": "false",
    "global.sendanonymoususage": "false",
  };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}
