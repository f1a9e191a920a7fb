/** Commands on a cluster that does not answer, and on one behind a proxy: as processes, as people start them. */

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { isJsonObject, type JsonObject, valueAt } from "#lib/core/json";
import { instanceNamed } from "#stacks/local/control-plane/instance";
import { projectCopy, startProgram, withCommand } from "../../fixtures/command";
import { withControlPlane } from "../../fixtures/control-plane";
import { startHttpProxy, startSilence, startSocksProxy, type TestProxy } from "../../fixtures/proxies";

const FAR = "k8s.corp.invalid:6443";
const folder = mkdtempSync(join(tmpdir(), "unreachable-"));
const kubeconfig = join(folder, "kubeconfig");
const OWN_FILE = { type: "context", context: "corp", kubeconfig };
const controlPlane = withControlPlane();
const project = projectCopy();
process.env["PULUMI_BACKEND_URL"] = `file://${folder}`;
process.env["PULUMI_CONFIG_PASSPHRASE"] = "not a secret";
const { home } = withCommand([], project);

let reachable: JsonObject;
let proxies: Readonly<Record<"http" | "socks" | "silence", TestProxy>>;

beforeAll(async () => {
  const routes = { [FAR]: Number(new URL(controlPlane.server).port) };
  proxies = { http: await startHttpProxy({ routes }), socks: await startSocksProxy({ routes }), silence: await startSilence() };
  reachable = parse(readFileSync(controlPlane.kubeconfig, "utf8"));
  environmentOn(OWN_FILE);
});

afterAll(async () => {
  for (const proxy of Object.values(proxies)) await proxy.stop();
  rmSync(folder, { recursive: true, force: true });
});

function environmentOn(cluster: JsonObject): void {
  const environment = { name: "far", cluster, namespaces: { one: {} } };
  writeFileSync(join(project, "stacks/env/far.ts"), `export default ${JSON.stringify(environment)};\n`);
}

/** Writes the kubeconfig, with the user and the authority of the control plane. */
function corp(cluster: JsonObject): void {
  const [first, user] = [valueAt(reachable, ["clusters", 0, "cluster"]), valueAt(reachable, ["users", 0, "user"])];
  const config = {
    clusters: [{ name: "corp", cluster: { ...(isJsonObject(first) ? first : {}), ...cluster } }],
    users: [{ name: "me", user }],
    contexts: [{ name: "corp", context: { cluster: "corp", user: "me" } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
}

const far = { server: `https://${FAR}`, "tls-server-name": "kubernetes" };

/** Runs a command; gives the last document that it said, its exit code, standard error and seconds. */
async function command(env: NodeJS.ProcessEnv, ...args: string[]) {
  const begin = performance.now();
  const main = join(project, "dist/stacks/cli/main.js");
  const variables = { ...process.env, BEAMSTACK_IAC_HOME: home, KUBECONFIG: "/absent", ...env };
  const { code, stdout, stderr } = await startProgram(process.execPath, [main, ...args, "--json"], { cwd: project, env: variables }).ended;
  // A command of the life cycle says a document a line, all others one on many.
  const last = stdout.trimEnd().startsWith("{\n") ? stdout : (stdout.trimEnd().split("\n").at(-1) ?? "");
  return { code, stdout, stderr, said: JSON.parse(last) as JsonObject, seconds: (performance.now() - begin) / 1_000 };
}

const UP = { said: { exitCode: 0, errors: [] } };

describe("a cluster behind a proxy", () => {
  test("comes up through the proxy of its kubeconfig, and status sees it", async () => {
    corp({ ...far, "proxy-url": `socks5://${proxies.socks.address}` });

    expect(await command({}, "up", "far", "--yes")).toMatchObject(UP);
    expect(await command({}, "status", "far")).toMatchObject({ code: 0, said: { kind: "Status", ready: true } });
    expect(new Set(proxies.socks.asked)).toEqual(new Set([FAR]));
  });

  test.each(["HTTPS_PROXY", "https_proxy"])("is reached through that of %s, by the program and the provider, too", async (name) => {
    corp(far);
    const env = { [name]: `http://${proxies.http.address}` };
    proxies.http.asked.splice(0);

    expect(await command(env, "status", "far")).toMatchObject({ code: 0, said: { kind: "Status", ready: true } });
    expect(await command(env, "up", "far", "--yes", "--refresh")).toMatchObject(UP);
    expect(new Set(proxies.http.asked)).toEqual(new Set([FAR]));
  });
});

describe("a kubeconfig in parts, with files beside it", () => {
  /** The cluster and the user in one file, the context in another. */
  function inParts(): string {
    const { certs } = instanceNamed(controlPlane.name, controlPlane.home);
    for (const name of ["ca.crt", "admin.crt", "admin.key"]) copyFileSync(join(certs, name), join(folder, name));
    const user = { "client-certificate": "admin.crt", "client-key": "admin.key" };
    const cluster = { server: controlPlane.server, "certificate-authority": "ca.crt" };
    const parts = { clusters: [{ name: "corp", cluster }], users: [{ name: "me", user }] };
    const contexts = { contexts: [{ name: "corp", context: { cluster: "corp", user: "me" } }] };
    writeFileSync(join(folder, "parts"), JSON.stringify(parts));
    writeFileSync(join(folder, "contexts"), JSON.stringify(contexts));
    writeFileSync(kubeconfig, JSON.stringify({ ...parts, ...contexts }));
    return [join(folder, "parts"), join(folder, "contexts")].join(delimiter);
  }

  test("is read by the provider as by kubectl where KUBECONFIG names it", async () => {
    const env = { KUBECONFIG: inParts() };
    environmentOn({ type: "context", context: "corp" });

    expect(await command(env, "status", "far")).toMatchObject({ code: 0, said: { kind: "Status", ready: true } });
    expect(await command(env, "up", "far", "--yes")).toMatchObject(UP);
    expect(await command(env, "refresh", "far", "--yes")).toMatchObject(UP);
  });

  test("is refused where the environment names it, since the provider would not find the files", async () => {
    inParts();
    environmentOn(OWN_FILE);

    const { said } = await command({}, "up", "far", "--yes");

    expect(said).toMatchObject({ exitCode: 1 });
    expect(JSON.stringify(said)).toContain("names ca.crt, admin.crt, admin.key by a relative path; make it absolute");
  });
});

describe("a cluster that does not answer", () => {
  beforeEach(() => corp({ server: `https://${proxies.silence.address}` }));

  const named = () =>
    `cannot reach the cluster of context corp at https://${proxies.silence.address}: no answer within 6 s; check that it runs`;

  /** Seconds of a command that asks no cluster: what this machine needs to start one and to load the environment. */
  let start: number;

  beforeAll(async () => {
    start = (await command({}, "validate", "far")).seconds;
  });

  test.each([["status"], ["inventory"], ["up", "--yes"], ["refresh", "--yes"], ["destroy", "--yes"]])(
    "ends %s within ten seconds, with one message",
    async (name, ...flags) => {
      const { code, stderr, said, seconds } = await command({}, name, "far", ...flags);

      expect(code).toBe(1);
      expect(String(said["message"])).toContain(named());
      expect(stderr + JSON.stringify(said)).not.toMatch(/ at .*\.js:\d/);
      expect(seconds - start).toBeLessThan(10);
    },
  );

  test("is one finding of doctor", async () => {
    const { code, said } = await command({}, "doctor", "far");

    expect(code).toBe(1);
    expect(JSON.stringify(said)).toContain(named());
  });

  test("may still be previewed", async () => {
    expect(await command({}, "preview", "far")).toMatchObject({ code: 0 });
  });

  test("is asked once by a preview, which tells it in one message", async () => {
    environmentOn({ type: "context", context: "corp" });
    proxies.silence.asked.splice(0);

    const { code, stdout } = await command({ KUBECONFIG: kubeconfig }, "preview", "far");
    environmentOn(OWN_FILE);

    expect(code).toBe(0);
    expect(stdout.split(`cannot reach the cluster of context corp at https://${proxies.silence.address}: no answer`)).toHaveLength(2);
    expect(proxies.silence.asked).toHaveLength(1);
  });

  test("may be left behind where the user says so", async () => {
    expect(await command({ PULUMI_K8S_DELETE_UNREACHABLE: "true" }, "destroy", "far", "--yes")).toMatchObject(UP);
  });
});
