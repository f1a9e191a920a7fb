/**
 * The very command, arguments and variables of our pods with the official JupyterLab, and an API server's address on loopback.
 *
 * @exercises workspaces
 */

import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Chart } from "cdk8s";
import { Workspace } from "#lib/components/workspaces/index";
import { Duration } from "#lib/core/duration";
import { secretRef } from "#lib/core/secret-ref";
import { groupKind, type KubeObject } from "#lib/kube/object";
import { freePort } from "#stacks/beam/free-port";
import { type Machine, startContainer } from "../../../fixtures/pod-process";
import { answering } from "../../../fixtures/postgres";

const FIXTURES = join(__dirname, "../../../fixtures");
const TOKEN = "planted-workspace-token";
const folder = mkdtempSync(join(tmpdir(), "beamstack-iac-workspaces-"));
const account = join(folder, "account");

let set: KubeObject;
let machine: Machine;
let api: Server;
let editor: ChildProcess;
const requests: { readonly method: string; readonly url: string; readonly authorization: string; readonly body: string }[] = [];

beforeAll(async () => {
  execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", join(FIXTURES, "jupyterlab/requirements.txt")];
  execFileSync(join(folder, "venv/bin/python"), pip);
  for (const name of ["account", "home", "config"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "config/jupyter_server_config.json"), JSON.stringify({ ServerApp: { allow_root: true } }));
  writeFileSync(join(account, "token"), "planted-account-token");
  writeFileSync(join(account, "ca.crt"), "");
  api = createServer((request, response) => void record(request).then(() => response.end("{}")));
  api.listen(0, "127.0.0.1");
  await once(api, "listening");
  const chart = new Chart(new App(), "test");
  new Workspace(chart, "Workspace", {
    name: "alice",
    editor: { type: "jupyterlab", cullAfter: Duration.seconds(4) },
    token: secretRef("workspace", "token"),
    stopAfter: Duration.seconds(61),
  });
  const found = (chart.toJson() as KubeObject[]).find((each) => groupKind(each) === "apps/StatefulSet");
  if (!found) throw new Error("no StatefulSet");
  set = found;
  machine = machineOf(await freePort());
  editor = startContainer(set, "main", machine);
});

afterAll(async () => {
  if (editor.exitCode === null && editor.signalCode === null) {
    editor.kill("SIGTERM");
    await once(editor, "exit");
  }
  api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function record(request: IncomingMessage): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { method = "", url = "", headers } = request;
  requests.push({ method, url, authorization: headers.authorization ?? "", body: Buffer.concat(parts).toString() });
}

/** The editor on loopback, where tests may run as root; an hour without activity is a few seconds, which our own check would refuse. */
function machineOf(port: number): Machine {
  return {
    path: join(folder, "venv/bin"),
    variables: { JUPYTER_CONFIG_DIR: join(folder, "config") },
    secrets: { "workspace/token": TOKEN },
    replaced: {
      "/home/jovyan": join(folder, "home"),
      "/var/run/secrets/kubernetes.io/serviceaccount": account,
      "https://kubernetes.default.svc": `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
      "0.0.0.0": "127.0.0.1",
      "8888": String(port),
      "shutdown_no_activity_timeout=61": "shutdown_no_activity_timeout=15",
    },
  };
}

const url = (path: string) => `http://127.0.0.1:${machine.replaced["8888"]}${path}`;
const authorized = { headers: { Authorization: `token ${TOKEN}` } };

test("starts, and its probe needs no token", async () => {
  const answer = await answering(() => fetch(url("/api")));

  expect(await answer.json()).toHaveProperty("version");
});

test("refuses whoever has no token or a wrong one, and answers who has it", async () => {
  const status = async (options?: RequestInit) => (await fetch(url("/api/kernels"), options)).status;

  expect(await status()).toBe(403);
  expect(await status({ headers: { Authorization: "token wrong" } })).toBe(403);
  expect(await status(authorized)).toBe(200);
});

test("a kernel that nobody uses is stopped", async () => {
  const kernels = async () => (await (await fetch(url("/api/kernels?no_track_activity=1"), authorized)).json()) as unknown[];
  await fetch(url("/api/kernels"), { ...authorized, method: "POST", body: "{}" });
  expect(await kernels()).toHaveLength(1);

  await answering(async () => (await kernels()).length === 0 || Promise.reject(new Error("a kernel is left")));
});

test("Prometheus reads the last activity without a token", async () => {
  const text = await (await fetch(url("/metrics"))).text();

  expect(text).toMatch(/^jupyter_server_last_activity_timestamp_seconds [1-9]/m);
  expect(text).toContain("kernel_currently_running_total");
});

test("no process has a token among its arguments", () => {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");

  expect(all).toContain("shutdown_no_activity_timeout=15");
  expect(all).not.toContain(TOKEN);
});

test("an idle editor ends, and the workspace scales itself to zero", async () => {
  // The server looks once a minute.
  await answering(async () => requests.length > 0 || Promise.reject(new Error("not stopped yet")), 1200);

  expect(requests).toEqual([
    {
      method: "PATCH",
      url: "/apis/apps/v1/namespaces/alice/statefulsets/alice/scale",
      authorization: "Bearer planted-account-token",
      body: '{"spec":{"replicas":0}}',
    },
  ]);
  await expect(fetch(url("/api"))).rejects.toThrow();
  // The kubelet ends the pod: the program must not wait for its grace period.
  editor.kill("SIGTERM");
  await once(editor, "exit");
  expect(editor.exitCode).toBe(0);
});
