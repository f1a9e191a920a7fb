/** How the real API server is reached: from a pod, with credentials that change, through proxies, or not at all. */

import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { ClusterAccess } from "#stacks/cluster/access";
import { connect, type KubeClient } from "#stacks/cluster/client";
import { inClusterKubeconfig } from "#stacks/cluster/in-cluster";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { whileAnswering } from "#stacks/cluster/reach";
import { instanceNamed } from "#stacks/local/control-plane/instance";
import { withControlPlane } from "../../fixtures/control-plane";
import { withKubeTools } from "../../fixtures/kube-tools";
import { startHttpProxy, startSilence, startSocksProxy, type TestProxy } from "../../fixtures/proxies";

const controlPlane = withControlPlane();
const { kubectl } = withKubeTools();
const ROBOT = "system:serviceaccount:default:robot";
const OTHER = "system:serviceaccount:default:other";
const V1 = "client.authentication.k8s.io/v1";

let folder: string;
let admin: KubeClient;
let clients: KubeClient[];
let proxies: TestProxy[];

beforeAll(async () => {
  admin = connect(loadKubeconfig(controlPlane.kubeconfig));
  for (const name of ["robot", "other"])
    await admin.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "default" } });
});
afterAll(() => admin.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "access-"));
  clients = [];
  proxies = [];
  const { certs } = instanceNamed(controlPlane.name, controlPlane.home);
  for (const name of ["ca.crt", "admin.crt", "admin.key", "server.crt", "server.key"]) copyFileSync(join(certs, name), join(folder, name));
});

afterEach(async () => {
  for (const client of clients) client.close();
  for (const proxy of proxies) await proxy.stop();
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (name: string): string => join(folder, name);

function to(access: ClusterAccess): KubeClient {
  const client = connect(access, { retry: { deadlineMs: 0 } });
  clients.push(client);
  return client;
}

async function started(proxy: Promise<TestProxy>): Promise<TestProxy> {
  proxies.push(await proxy);
  return proxy;
}

async function whoami(client: KubeClient): Promise<JsonValue | undefined> {
  const body = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" });
  const review = await client.json({ method: "POST", path: "/apis/authentication.k8s.io/v1/selfsubjectreviews", body });
  return valueAt(review, ["status", "userInfo", "username"]);
}

async function tokenOf(account: string): Promise<string> {
  const body = JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} });
  const path = `/api/v1/namespaces/default/serviceaccounts/${account}/token`;
  return String(valueAt(await admin.json({ method: "POST", path, body }), ["status", "token"]));
}

/** A kubeconfig with files of {@link folder}. */
function kubeconfig(user: JsonObject, cluster: JsonObject = {}): JsonObject {
  return {
    "current-context": "c",
    clusters: [{ name: "c", cluster: { server: controlPlane.server, "certificate-authority": inFolder("ca.crt"), ...cluster } }],
    users: [{ name: "c", user }],
    contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
  };
}

const accessBy = (user: JsonObject, cluster?: JsonObject): ClusterAccess => loadKubeconfig(JSON.stringify(kubeconfig(user, cluster)));
const certified = (): JsonObject => ({ "client-certificate": inFolder("admin.crt"), "client-key": inFolder("admin.key") });

/** A plugin in JavaScript; `n` counts its runs. */
function plugin(statement: string, exec: JsonObject = {}): JsonObject {
  const script = `
    const fs = require("node:fs");
    process.chdir(__dirname);
    const n = fs.existsSync("runs") ? Number(fs.readFileSync("runs", "utf8")) + 1 : 1;
    fs.writeFileSync("runs", String(n));
    const read = (name) => fs.readFileSync(name, "utf8");
    const print = (status) => console.log(JSON.stringify({ apiVersion: ${JSON.stringify(V1)}, kind: "ExecCredential", status }));
    ${statement}`;
  writeFileSync(inFolder("plugin.js"), script);
  return { exec: { apiVersion: V1, interactiveMode: "Never", command: process.execPath, args: [inFolder("plugin.js")], ...exec } };
}

test("a pod is its service account, and its token is read again when the kubelet has rotated it", async () => {
  const account = inFolder("account");
  mkdirSync(account);
  copyFileSync(inFolder("ca.crt"), join(account, "ca.crt"));
  writeFileSync(join(account, "token"), await tokenOf("robot"));
  const { hostname, port } = new URL(controlPlane.server);
  const client = to(loadKubeconfig(inClusterKubeconfig(account, { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port })));

  expect(await whoami(client)).toBe(ROBOT);
  writeFileSync(join(account, "token"), await tokenOf("other"));
  expect(await whoami(client)).toBe(OTHER);
});

test("a credential plugin is told of the cluster what kubectl tells it", async () => {
  writeFileSync(inFolder("token"), await tokenOf("robot"));
  const user = plugin('fs.writeFileSync(process.env.TO, process.env.KUBERNETES_EXEC_INFO); print({ token: read("token") })', {
    provideClusterInfo: true,
    env: [{ name: "TO", value: inFolder("told") }],
  });
  const proxy = await started(startHttpProxy());
  const cluster = {
    "tls-server-name": "kubernetes",
    "proxy-url": `http://${proxy.address}`,
    "disable-compression": true,
    extensions: [{ name: "client.authentication.k8s.io/exec", extension: { audience: "a" } }],
  };
  writeFileSync(inFolder("config"), JSON.stringify(kubeconfig(user, cluster)));
  const told = () => JSON.parse(readFileSync(inFolder("told"), "utf8"));

  expect(await whoami(to(loadKubeconfig(inFolder("config"))))).toBe(ROBOT);
  const ours = told();
  const env = { ...process.env, HOME: folder };
  const child = spawn(kubectl, ["--kubeconfig", inFolder("config"), "auth", "whoami"], { env, stdio: "ignore" });
  await new Promise((resolve) => child.on("close", resolve));

  expect(ours).toEqual(told());
  expect(ours.spec.cluster.config).toEqual({ audience: "a" });
  expect(readFileSync(inFolder("runs"), "utf8")).toBe("2");
});

test("a token that the server refuses is asked for once more", async () => {
  writeFileSync(inFolder("token"), await tokenOf("robot"));
  const client = to(accessBy(plugin('print({ token: n === 1 ? "old" : read("token") })')));

  expect(await Promise.all([whoami(client), whoami(client), whoami(client)])).toEqual([ROBOT, ROBOT, ROBOT]);
  expect(readFileSync(inFolder("runs"), "utf8")).toBe("2");
});

test("a certificate that the server refuses is asked for once more, and shown on a new connection", async () => {
  const cert = 'clientCertificateData: read("admin.crt"), clientKeyData: read("admin.key")';
  const client = to(accessBy(plugin(`print(n === 1 ? { token: "old" } : { ${cert} })`)));

  expect(await whoami(client)).toBe("kubernetes-admin");
  expect(await whoami(client)).toBe("kubernetes-admin");
  expect(readFileSync(inFolder("runs"), "utf8")).toBe("2");
});

test("many requests, and a watch, go through one tunnel each", async () => {
  const proxy = await started(startHttpProxy());
  const client = to(accessBy(certified(), { "proxy-url": `http://${proxy.address}` }));

  for (let count = 0; count < 3; count++) await whoami(client);
  expect(proxy.asked).toEqual([new URL(controlPlane.server).host]);

  const watch = client.watch({ apiVersion: "v1", kind: "Namespace", fieldSelector: "metadata.name=default" });
  expect(await watch.next()).toMatchObject({ value: { type: "ADDED", object: { metadata: { name: "default" } } } });
  const event = watch.next();
  const metadata = { name: "default", annotations: { proxied: folder } };
  await admin.patch({ apiVersion: "v1", kind: "Namespace", name: "default" }, { type: "merge", body: { metadata } });
  expect(await event).toMatchObject({ value: { type: "MODIFIED", object: { metadata: { annotations: { proxied: folder } } } } });
  expect(proxy.asked).toHaveLength(2);
});

test("a tunnel that is not open yet ends with its client", async () => {
  const silence = await started(startSilence());
  const client = to(accessBy(certified(), { "proxy-url": `socks5://${silence.address}` }));

  const asked = client.version();
  setTimeout(() => client.close(), 100);

  await expect(asked).rejects.toThrow("the client is closed");
});

describe("a cluster that does not answer", () => {
  /** What the failure says, and after how many seconds. */
  async function failure(access: ClusterAccess): Promise<{ readonly message: string; readonly seconds: number }> {
    const begin = performance.now();
    const client = connect(access);
    clients.push(client);
    const message = await whileAnswering(client, async () => "it answered").catch(String);
    return { message, seconds: (performance.now() - begin) / 1_000 };
  }

  test.each([
    ["refuses connections", async () => ({ server: "https://127.0.0.1:1" }), /ECONNREFUSED 127.0.0.1:1; check that it runs, its server/],
    [
      "has a name that nobody knows",
      async () => ({ server: "https://k8s.corp.invalid" }),
      /ENOTFOUND k8s.corp.invalid; check its server.*HTTPS_PROXY/,
    ],
    [
      "takes connections and is silent",
      async () => ({ server: `https://${(await started(startSilence())).address}` }),
      /no answer within 6 s; check that it runs/,
    ],
    [
      "is behind a proxy that is silent",
      async () => ({ "proxy-url": `http://${(await started(startSilence())).address}` }),
      /through proxy http:.*no answer within 6 s; check the proxy/,
    ],
    [
      "is behind a proxy that cannot reach it",
      async () => ({ server: "https://10.9.8.7", "proxy-url": `socks5://${(await started(startSocksProxy({ routes: {} }))).address}` }),
      /through proxy socks5:.*HostUnreachable; check the proxy/,
    ],
    [
      "shows another's certificate",
      async () => ({ "tls-server-name": "example.com" }),
      /does not match certificate.*; check certificate-authority and tls-server-name/,
    ],
  ])("and %s is named within ten seconds, with what to do", async (_what, cluster, fix) => {
    const access = accessBy(certified(), await cluster());

    const { message, seconds } = await failure(access);

    expect(message).toContain(`cannot reach the cluster of context c at ${access.server}`);
    expect(message).toMatch(fix);
    expect(seconds).toBeLessThan(9);
  });

  test("is not one that is slow to sign in to, or that refuses our credentials", async () => {
    const slow = accessBy(plugin('setTimeout(() => print({ token: "wrong" }), 9_000)'));

    expect((await failure(slow)).message).toMatch(/ApiError: Unauthorized/);
  });
});
