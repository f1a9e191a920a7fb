/** Kubeconfigs that kubectl and our client have to read alike: who are we to the real API server, or is it refused? */

import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import { connect } from "#stacks/cluster/client";
import { loadKubeconfig } from "#stacks/cluster/kubeconfig";
import { instanceNamed } from "#stacks/local/control-plane/instance";
import { withControlPlane } from "../../fixtures/control-plane";
import { withKubeTools } from "../../fixtures/kube-tools";
import { startHttpProxy, startSocksProxy, type TestProxy } from "../../fixtures/proxies";

const controlPlane = withControlPlane();
const { kubectl } = withKubeTools();
const folder = mkdtempSync(join(tmpdir(), "kubeconfigs-"));
const VARIABLES = ["KUBECONFIG", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
const V1 = "client.authentication.k8s.io/v1";
const V1BETA1 = "client.authentication.k8s.io/v1beta1";
/** Only the proxies know where this is. */
const FAR = "k8s.corp.invalid";

const proxies: Record<string, TestProxy> = {};
const stops: (() => unknown)[] = [];
let token: string;
let plainPort: string;

beforeAll(async () => {
  const { certs } = instanceNamed(controlPlane.name, controlPlane.home);
  for (const name of ["ca.crt", "ca.key", "admin.crt", "admin.key", "kwok.key", "server.crt", "server.key"])
    copyFileSync(join(certs, name), join(folder, name));
  writeFileSync(join(folder, "plugin.js"), PLUGIN);
  const routes = { [`${FAR}:6443`]: Number(new URL(controlPlane.server).port) };
  const [user, tls] = ["jane:p@ss", { cert: text("server.crt"), key: text("server.key") }];
  proxies["http"] = await startHttpProxy({ routes });
  proxies["https"] = await startHttpProxy({ routes, tls });
  proxies["plain"] = await startHttpProxy();
  proxies["socks"] = await startSocksProxy({ routes });
  proxies["locked"] = await startHttpProxy({ routes, user });
  proxies["lockedSocks"] = await startSocksProxy({ routes, user });
  stops.push(...Object.values(proxies).map(({ stop }) => stop));
  token = await robotToken();
  writeFileSync(join(folder, "token"), `${token}\n`);
  plainPort = await servedInTheClear();
});

afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  for (const name of VARIABLES) delete process.env[name];
});

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** A plugin that prints what its first argument says. */
const PLUGIN = `
const { env, argv } = process;
const info = JSON.parse(env.KUBERNETES_EXEC_INFO);
const read = (name) => require("node:fs").readFileSync(__dirname + "/" + name, "utf8");
const cert = { clientCertificateData: read("admin.crt"), clientKeyData: read("admin.key") };
const token = { token: read("token").trim() };
const statuses = { token, cert, half: { clientCertificateData: cert.clientCertificateData }, none: {}, variable: { token: env.SECRET } };
const apiVersion = argv[3] ?? info.apiVersion;
if (argv[2] === "fail") process.exit(3);
if (argv[2] === "yaml") console.log("apiVersion: " + apiVersion + "\\nkind: ExecCredential\\nstatus:\\n  token: " + token.token);
else console.log(JSON.stringify({ apiVersion, kind: "ExecCredential", status: statuses[argv[2]] }));
`;

type Parts = { readonly cluster?: JsonObject; readonly user?: JsonObject; readonly env?: Readonly<Record<string, string>> };

const text = (name: string): string => readFileSync(join(folder, name), "utf8");
const base64 = (name: string): string => Buffer.from(text(name)).toString("base64");
const CERT = { "client-certificate": "admin.crt", "client-key": "admin.key" };
const plugin = (status: string, exec: JsonObject = {}): JsonObject => ({
  exec: { apiVersion: V1, interactiveMode: "Never", command: process.execPath, args: [join(folder, "plugin.js"), status], ...exec },
});
const NONE = { exec: { apiVersion: V1, interactiveMode: "Never", command: "/there/is/none" } };
const far = (parts: JsonObject = {}): JsonObject => ({ server: `https://${FAR}:6443`, "tls-server-name": "kubernetes", ...parts });

function kubeconfig({ cluster = {}, user = CERT }: Parts): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    clusters: [{ name: "there", cluster: { server: controlPlane.server, "certificate-authority": "ca.crt", ...cluster } }],
    users: [{ name: "me", user }],
    contexts: [{ name: "here", context: { cluster: "there", user: "me" } }],
  };
}

/** Writes files into the folder and names them all in `KUBECONFIG`. */
function configured(...files: readonly (JsonObject | string)[]): void {
  const paths = files.map((content, position) => {
    const path = join(folder, `config-${position}`);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  });
  process.env["KUBECONFIG"] = paths.join(delimiter);
}

/** What the API server says that we are, or why it cannot be asked. */
type Verdict = JsonValue | { readonly refused: string };

async function ours(context?: string, withinMs = 20_000): Promise<Verdict> {
  try {
    const client = connect(loadKubeconfig(undefined, { context }), { retry: { deadlineMs: 0 } });
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    const request = { method: "POST", path, body: JSON.stringify(review) } as const;
    try {
      return valueAt(await client.json(request, { signal: AbortSignal.timeout(withinMs) }), ["status", "userInfo"]) ?? null;
    } finally {
      client.close();
    }
  } catch (error) {
    return { refused: String(error) };
  }
}

/** The proxies live in this process: it must not wait for kubectl and do nothing else. */
async function kubectlSays(context?: string, flags: readonly string[] = []): Promise<Verdict> {
  const args = ["auth", "whoami", "-o", "json", ...(context ? ["--context", context] : []), ...flags];
  const child = spawn(kubectl, args, { env: { ...process.env, HOME: folder }, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise((end) => child.on("close", end)),
  ]);
  return code === 0 ? (valueAt(JSON.parse(stdout), ["status", "userInfo"]) ?? null) : { refused: stderr };
}

/** Both say the same; gives who we are, or `refused`. */
async function agreed(context?: string): Promise<JsonValue> {
  const [we, they] = [await ours(context), await kubectlSays(context)];
  if (isJsonObject(they) && they["refused"] !== undefined) {
    expect(we).toEqual({ refused: expect.any(String) });
    return "refused";
  }
  expect(we).toEqual(they);
  return valueAt(they, ["username"]) ?? null;
}

async function robotToken(): Promise<string> {
  const client = connect(loadKubeconfig(controlPlane.kubeconfig));
  const robot = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot", namespace: "default" } };
  await client.create(robot);
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const path = "/api/v1/namespaces/default/serviceaccounts/robot/token";
  const answer = await client.json({ method: "POST", path, body: JSON.stringify(request) });
  client.close();
  return String(valueAt(answer, ["status", "token"]));
}

/** `kubectl proxy` speaks plain HTTP to us, and with all rights to the API server. */
async function servedInTheClear(): Promise<string> {
  const env = { ...process.env, KUBECONFIG: controlPlane.kubeconfig, HOME: folder };
  const child = spawn(kubectl, ["proxy", "--port=0"], { env, stdio: ["ignore", "pipe", "ignore"] });
  stops.push(() => child.kill());
  for await (const line of child.stdout) return /:(\d+)/.exec(String(line))?.[1] ?? "";
  throw new Error("kubectl proxy has ended");
}

const ADMIN = "kubernetes-admin";
const ROBOT = "system:serviceaccount:default:robot";

/** Name, what is written, and who we are then. */
const ACCEPTED: readonly (readonly [string, () => Parts, string])[] = [
  ["files beside the kubeconfig", () => ({}), ADMIN],
  [
    "everything inline",
    () => ({
      cluster: { "certificate-authority": "", "certificate-authority-data": base64("ca.crt") },
      user: { "client-certificate-data": base64("admin.crt"), "client-key-data": base64("admin.key") },
    }),
    ADMIN,
  ],
  ["no verification", () => ({ cluster: { "certificate-authority": "", "insecure-skip-tls-verify": true } }), ADMIN],
  ["another name in the certificate", () => ({ cluster: { "tls-server-name": "kubernetes" } }), ADMIN],
  ["a slash at the end", () => ({ cluster: { server: `${controlPlane.server}/` } }), ADMIN],
  ["a token", () => ({ user: { token } }), ROBOT],
  ["a file with a token", () => ({ user: { tokenFile: "token" } }), ROBOT],
  ["a file with a token before a token", () => ({ user: { token: "wrong", tokenFile: "token" } }), ROBOT],
  ["a token where the file is missing", () => ({ user: { token, tokenFile: "missing" } }), ROBOT],
  ["a token and a certificate", () => ({ user: { token, ...CERT } }), ADMIN],
  ["a token before a plugin", () => ({ user: { token, ...NONE } }), ROBOT],
  ["a certificate before a plugin", () => ({ user: { ...CERT, ...NONE } }), ADMIN],
  ["a key without a certificate beside a token", () => ({ user: { token, "client-key": "missing" } }), ROBOT],
  ["another user", () => ({ user: { ...CERT, as: "jane" } }), "jane"],
  [
    "another user with uid, groups and more",
    () => ({
      user: {
        ...CERT,
        as: "jane",
        "as-uid": "7",
        "as-groups": ["a", "b"],
        "as-user-extra": { "example.com/x%y": ["1", "2"], Zone: ["z"] },
      },
    }),
    "jane",
  ],
  ["a plugin of v1", () => ({ user: plugin("token") }), ROBOT],
  ["a plugin of v1beta1 without a mode", () => ({ user: plugin("token", { apiVersion: V1BETA1, interactiveMode: "" }) }), ROBOT],
  ["a plugin that wants a terminal if there is one", () => ({ user: plugin("token", { interactiveMode: "IfAvailable" }) }), ROBOT],
  ["a plugin with a certificate", () => ({ user: plugin("cert") }), ADMIN],
  ["a plugin that prints YAML", () => ({ user: plugin("yaml") }), ROBOT],
  ["a plugin with a variable", () => ({ user: plugin("variable", { env: [{ name: "SECRET", value: token }] }) }), ROBOT],
  ["an HTTP proxy", () => ({ cluster: far({ "proxy-url": `http://${proxies["http"]?.address}` }) }), ADMIN],
  ["an HTTP proxy over TLS", () => ({ cluster: far({ "proxy-url": `https://${proxies["https"]?.address}` }) }), ADMIN],
  ["a SOCKS proxy", () => ({ cluster: far({ "proxy-url": `socks5://${proxies["socks"]?.address}` }) }), ADMIN],
  ["an HTTP proxy with a user", () => ({ cluster: far({ "proxy-url": `http://jane:p%40ss@${proxies["locked"]?.address}` }) }), ADMIN],
  [
    "a SOCKS proxy with a user",
    () => ({ cluster: far({ "proxy-url": `socks5://jane:p%40ss@${proxies["lockedSocks"]?.address}` }) }),
    ADMIN,
  ],
  ["HTTPS_PROXY", () => ({ cluster: far(), env: { HTTPS_PROXY: `http://${proxies["http"]?.address}` } }), ADMIN],
  ["https_proxy without a scheme", () => ({ cluster: far(), env: { https_proxy: String(proxies["http"]?.address) } }), ADMIN],
  ["HTTPS_PROXY by SOCKS", () => ({ cluster: far(), env: { HTTPS_PROXY: `socks5://${proxies["socks"]?.address}` } }), ADMIN],
  [
    "proxy-url before HTTPS_PROXY and NO_PROXY",
    () => ({
      cluster: far({ "proxy-url": `http://${proxies["http"]?.address}` }),
      env: { HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "*" },
    }),
    ADMIN,
  ],
  ["HTTPS_PROXY for a server on this machine", () => ({ env: { HTTPS_PROXY: "http://127.0.0.1:1" } }), ADMIN],
  [
    "plain HTTP, where no credential is sent",
    () => ({ cluster: { server: `http://127.0.0.1:${plainPort}` }, user: { tokenFile: "missing" } }),
    ADMIN,
  ],
  ["plain HTTP without a scheme", () => ({ cluster: { server: `127.0.0.1:${plainPort}` } }), ADMIN],
  ["plain HTTP as another user", () => ({ cluster: { server: `http://127.0.0.1:${plainPort}` }, user: { as: "jane" } }), "jane"],
  [
    "plain HTTP through an HTTP proxy",
    () => ({ cluster: { server: `http://127.0.0.1:${plainPort}`, "proxy-url": `http://${proxies["plain"]?.address}` } }),
    ADMIN,
  ],
];

const REFUSED: readonly (readonly [string, () => Parts])[] = [
  ["an authority and no verification", () => ({ cluster: { "insecure-skip-tls-verify": true } })],
  ["an authority twice", () => ({ cluster: { "certificate-authority-data": base64("ca.crt") } })],
  ["an authority that is missing", () => ({ cluster: { "certificate-authority": "missing" } })],
  ["an authority that is no certificate", () => ({ cluster: { "certificate-authority": "token" } })],
  ["an authority that has not signed the server's certificate", () => ({ cluster: { "certificate-authority": "admin.crt" } })],
  ["no authority", () => ({ cluster: { "certificate-authority": "" } })],
  ["data that is no base64", () => ({ user: { "client-certificate-data": "%", "client-key": "admin.key" } })],
  ["another name that is not in the certificate", () => ({ cluster: { "tls-server-name": "example.com" } })],
  ["a server that is no URL", () => ({ cluster: { server: "https://" } })],
  ["no server", () => ({ cluster: { server: "" } })],
  ["a certificate without a key", () => ({ user: { "client-certificate": "admin.crt" } })],
  ["a certificate with somebody else's key", () => ({ user: { "client-certificate": "admin.crt", "client-key": "kwok.key" } })],
  ["a token that is a number", () => ({ user: { token: 12345 } })],
  ["a token and a password", () => ({ user: { token, username: "a", password: "b" } })],
  ["a file with a token, and a password", () => ({ user: { tokenFile: "token", username: "a", password: "b" } })],
  ["a file with a token that is missing", () => ({ user: { tokenFile: "missing" } })],
  ["a password that the server does not know", () => ({ user: { username: "a", password: "b" } })],
  ["no credentials", () => ({ user: {} })],
  ["groups without a user", () => ({ user: { ...CERT, "as-groups": ["a"] } })],
  ["a user whom we may not act as", () => ({ user: { token, as: "jane" } })],
  ["a provider that Kubernetes dropped", () => ({ user: { "auth-provider": { name: "gcp" } } })],
  ["a plugin of v1 without a mode", () => ({ user: plugin("token", { interactiveMode: "" }) })],
  ["a plugin with an unknown mode", () => ({ user: plugin("token", { interactiveMode: "Sometimes" }) })],
  ["a plugin that needs a terminal", () => ({ user: plugin("token", { interactiveMode: "Always" }) })],
  ["a plugin of v1alpha1", () => ({ user: plugin("token", { apiVersion: "client.authentication.k8s.io/v1alpha1" }) })],
  ["a plugin that answers by another version", () => ({ user: plugin("token", { args: [join(folder, "plugin.js"), "token", V1BETA1] }) })],
  ["a plugin without a command", () => ({ user: plugin("token", { command: "" }) })],
  ["a plugin with a nameless variable", () => ({ user: plugin("token", { env: [{ value: "a" }] }) })],
  ["a plugin that prints half a certificate", () => ({ user: plugin("half") })],
  ["a plugin that prints nothing of use", () => ({ user: plugin("none") })],
  ["a plugin that fails", () => ({ user: plugin("fail") })],
  ["a plugin that is missing", () => ({ user: NONE })],
  ["a proxy of another kind", () => ({ cluster: { "proxy-url": "ftp://127.0.0.1:1" } })],
  ["a proxy without a scheme", () => ({ cluster: { "proxy-url": "127.0.0.1:8080" } })],
  ["a proxy that is away, for a server on this machine", () => ({ cluster: { "proxy-url": "http://127.0.0.1:1" } })],
  ["a proxy without its user", () => ({ cluster: far({ "proxy-url": `http://${proxies["locked"]?.address}` }) })],
  ["a SOCKS proxy without its user", () => ({ cluster: far({ "proxy-url": `socks5://${proxies["lockedSocks"]?.address}` }) })],
  ["a SOCKS proxy with a wrong password", () => ({ cluster: far({ "proxy-url": `socks5://jane:x@${proxies["lockedSocks"]?.address}` }) })],
  [
    "HTTPS_PROXY where NO_PROXY names the server",
    () => ({ cluster: far(), env: { HTTPS_PROXY: `http://${proxies["http"]?.address}`, NO_PROXY: "corp.invalid" } }),
  ],
  ["HTTP_PROXY for HTTPS", () => ({ cluster: far(), env: { HTTP_PROXY: `http://${proxies["http"]?.address}` } })],
  ["HTTPS_PROXY of another kind", () => ({ cluster: far(), env: { HTTPS_PROXY: "ftp://127.0.0.1:1" } })],
];

test.each(ACCEPTED)("both read %s", async (_what, parts, who) => {
  const { env = {}, ...written } = parts();
  configured(kubeconfig(written));
  Object.assign(process.env, env);

  expect(await agreed()).toBe(who);
});

test.each(REFUSED)("both refuse %s", async (_what, parts) => {
  const { env = {}, ...written } = parts();
  configured(kubeconfig(written));
  Object.assign(process.env, env);

  expect(await agreed()).toBe("refused");
});

describe("several files", () => {
  const part = (kind: string, name: string, value: JsonObject): JsonObject => ({ [`${kind}s`]: [{ name, [kind]: value }] });

  test("are merged, and the first that has an entry or a current context wins", async () => {
    configured(
      part("user", "me", { token }),
      { "current-context": "second", ...part("context", "second", { cluster: "there", user: "me" }) },
      kubeconfig({}),
      "",
    );

    expect(await agreed()).toBe(ROBOT);
    expect(await agreed("here")).toBe(ROBOT);
  });

  test("may be missing, but not all of them", async () => {
    configured(kubeconfig({}));
    process.env["KUBECONFIG"] = `/missing${delimiter}${delimiter}${process.env["KUBECONFIG"]}`;
    expect(await agreed()).toBe(ADMIN);

    process.env["KUBECONFIG"] = "/missing";
    expect(await agreed()).toBe("refused");
  });

  test.each([
    ["a file that is no YAML", ["a: [b", "{}"]],
    ["a file of another version", ["apiVersion: v2\nkind: Config", "{}"]],
    ["two entries of one name", ["contexts: [{name: a, context: {}}, {name: a, context: {}}]"]],
    ["a list", ["- a"]],
  ])("are refused with %s among them", async (_what, files) => {
    configured(kubeconfig({}), ...files);

    expect(await agreed()).toBe("refused");
  });

  test("are refused for a context, a cluster or a user that none of them has", async () => {
    configured(kubeconfig({}), part("context", "no-user", { cluster: "there", user: "x" }));

    expect(await agreed("x")).toBe("refused");
    expect(await agreed("no-user")).toBe("refused");
  });
});

describe("NO_PROXY", () => {
  test.each([
    ["https://10.1.2.3:6443", "10.1.2.3", false],
    ["https://10.1.2.3:6443", "10.1.2.3:6443", false],
    ["https://10.1.2.3:6443", "10.1.2.3:443", true],
    ["https://10.1.2.3:6443", "example.com, 10.0.0.0/8", false],
    ["https://10.1.2.3:6443", "10.1.2.0/33,10.1.2", true],
    ["https://10.1.2.3:6443", "1.2.3", true],
    ["https://[fd00::1]:6443", "fd00::/8", false],
    ["https://[fd00::1]:6443", "fd00:0::1", false],
    ["https://[fd00::1]:6443", "[fd00::1]:6443", false],
    ["https://a.corp.invalid", "corp.invalid", false],
    ["https://A.corp.invalid", "CORP.invalid:443", false],
    ["https://a.corp.invalid", ".corp.invalid", false],
    ["https://a.corp.invalid", "*.corp.invalid", false],
    ["https://corp.invalid", ".corp.invalid", true],
    ["https://corp.invalid", "*.corp.invalid", true],
    ["https://corp.invalid", "corp.invalid:80", true],
    ["https://xcorp.invalid", "corp.invalid,:443,,", true],
    ["https://a.corp.invalid", "b,*", false],
    ["http://a.corp.invalid", "b", true],
  ])("sends both to %s, with %s, the same way", async (server, noProxy, throughProxy) => {
    const proxy = await startHttpProxy({ routes: {} });
    Object.assign(process.env, { HTTPS_PROXY: `http://${proxy.address}`, HTTP_PROXY: `http://${proxy.address}`, NO_PROXY: noProxy });
    configured(kubeconfig({ cluster: { server } }));

    const asked: boolean[] = [];
    for (const ask of [() => ours(undefined, 1_000), () => kubectlSays(undefined, ["--request-timeout=1s"])]) {
      await ask();
      asked.push(proxy.asked.splice(0).length > 0);
    }

    await proxy.stop();
    expect(asked).toEqual([throughProxy, throughProxy]);
  });
});
