/**
 * The very command, arguments, variables and configuration of our pods with the official OAuth2 Proxy, an OIDC issuer and a UI on loopback.
 *
 * @exercises oauth2-proxy
 */

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Testing } from "cdk8s";
import { valueAt } from "#lib/core/json";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { withGoProgram } from "../../../fixtures/go-program";
import { type Machine, startContainer } from "../../../fixtures/pod-process";
import { answering } from "../../../fixtures/postgres";
import { type Issuer, startIssuer } from "./oidc-issuer";
import { PROVIDER, signIn } from "./places";

const CLIENT_SECRET = "planted $client-secret";
const COOKIE_SECRET = "planted-cookie-secret-of-32-bytes";
const program = withGoProgram({
  name: "oauth2-proxy",
  module: "oauth2-proxy",
  source: join(__dirname, "../../../fixtures/oauth2-proxy"),
  goPackage: "github.com/oauth2-proxy/oauth2-proxy/v7",
});

const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-oauth2-proxy-"));
const seen: IncomingHttpHeaders[] = [];
let issuer: Issuer;
let ui: Server;
let proxy: ChildProcess;
let address: string;
let metrics: string;

beforeAll(async () => {
  issuer = await startIssuer({ email: "ada@example.com", email_verified: true, groups: ["ml", "ops"] });
  ui = createServer((request, response) => {
    seen.push(request.headers);
    response.end("the UI");
  });
  await new Promise<void>((resolve) => ui.listen(0, "127.0.0.1", resolve));
  const chart = Testing.chart();
  signIn(chart, PROVIDER);
  const objects = chart.toJson() as KubeObject[];
  const [port, metricsPort] = [await freePort(), await freePort()];
  address = `http://127.0.0.1:${port}`;
  metrics = `http://127.0.0.1:${metricsPort}`;
  const machine = machineOf(port, metricsPort);
  writeConfig(objects, machine);
  mkdirSync(join(folder, "bin"));
  symlinkSync(program, join(folder, "bin/oauth2-proxy"));
  const deployment = objects.find((each) => groupKind(each) === "apps/Deployment");
  if (!deployment) throw new Error("no Deployment");
  proxy = startContainer(deployment, "oauth2-proxy", machine);
  proxy.stderr?.pipe(process.stderr);
  await answering(async () => {
    if (proxy.exitCode !== null) return;
    const ready = await fetch(`${address}/ready`);
    if (!ready.ok) throw new Error("not ready");
  });
});

afterAll(async () => {
  if (proxy?.exitCode === null) {
    proxy.kill("SIGTERM");
    await once(proxy, "exit");
  }
  ui?.close();
  issuer?.server.close();
  rmSync(folder, { recursive: true, force: true });
});

function machineOf(port: number, metricsPort: number): Machine {
  const { port: uiPort } = ui.address() as AddressInfo;
  return {
    path: dirname(program),
    secrets: { "sign-in/cookie": COOKIE_SECRET.slice(0, 32) },
    replaced: {
      "/bin/oauth2-proxy": join(folder, "bin/oauth2-proxy"),
      "/etc/oauth2-proxy": folder,
      "0.0.0.0:44180": `127.0.0.1:${metricsPort}`,
      "0.0.0.0:4180": `127.0.0.1:${port}`,
      "registry-ui.models.svc:8080": `127.0.0.1:${uiPort}`,
      "https://id.example.com/realms/team": issuer.url,
    },
  };
}

/** The volumes of the pod. */
function writeConfig(objects: readonly KubeObject[], { replaced }: Machine): void {
  const map = objects.find((each) => groupKind(each) === "core/ConfigMap");
  const text = String(valueAt(map ?? {}, ["data", "config.yaml"]));
  for (const name of ["config", "secret"]) mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, "config/config.yaml"),
    Object.entries(replaced).reduce((all, [from, to]) => all.replaceAll(from, to), text),
  );
  writeFileSync(join(folder, "secret/client-secret"), CLIENT_SECRET);
}

/** What a browser does: follows redirects one by one, with cookies; the host of the route is that of the proxy here. */
class Browser {
  private readonly cookies = new Map<string, string>();

  public async open(path: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
    let url = `${address}${path}`;
    for (let steps = 0; steps < 10; steps++) {
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const own = url.startsWith(address) ? { ...headers, cookie, "x-forwarded-proto": "https", accept: "text/html" } : {};
      const answer = await fetch(url, { redirect: "manual", headers: own });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        this.cookies.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
      }
      const next = answer.headers.get("location");
      if (next === null) return { status: answer.status, text: await answer.text() };
      url = new URL(next, url).toString().replace("https://models.example.com", address);
    }
    throw new Error("too many redirects");
  }
}

test("a browser without a session gets to the issuer, and nothing of the UI", async () => {
  const answer = await fetch(`${address}/`, { redirect: "manual", headers: { accept: "text/html", "kubeflow-userid": "eve@example.com" } });

  expect([302, 403]).toContain(answer.status);
  expect(await answer.text()).not.toContain("the UI");
  expect(seen).toEqual([]);
});

test("who signs in sees the UI, which is told the user and groups that the issuer says, and not those of the browser", async () => {
  const answer = await new Browser().open("/", { "kubeflow-userid": "eve@example.com" });

  expect(answer).toEqual({ status: 200, text: "the UI" });
  expect(seen.at(-1)).toMatchObject({ "kubeflow-userid": "ada@example.com", "kubeflow-groups": "ml,ops" });
  expect(issuer.secrets).toEqual([CLIENT_SECRET]);
});

test("metrics need no session", async () => {
  const text = await (await fetch(`${metrics}/metrics`)).text();

  expect(text).toMatch(/^oauth2_proxy_requests_total\{code="200"\} [1-9]/m);
});

test("no argument of the process is a secret", () => {
  const line = readFileSync(`/proc/${proxy.pid}/cmdline`, "utf8");

  expect(line).toContain("--alpha-config=");
  for (const secret of [CLIENT_SECRET, COOKIE_SECRET.slice(0, 32)]) expect(line).not.toContain(secret);
});
