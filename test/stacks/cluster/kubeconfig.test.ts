/** Kubeconfigs as people have them: several files, relative paths, JSON, plugins, and mistakes. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type ClusterAccess, KubeconfigError } from "#stacks/cluster/access";
import { inClusterKubeconfig } from "#stacks/cluster/in-cluster";
import { type KubeconfigChoice, loadKubeconfig, requireWholePaths } from "#stacks/cluster/kubeconfig";
import { Authority, type CertifiedKey } from "#stacks/local/control-plane/certificate";

const authority = Authority.create("unit");
let ca: string;
let client: CertifiedKey;
let CONFIG: string;

const configWith = (data: string): string => `
apiVersion: v1
kind: Config
current-context: dev
clusters:
- name: one
  cluster: {server: "https://127.0.0.1:6443/", certificate-authority-data: ${data}}
- name: two
  cluster: {server: "https://127.0.0.1:7443", insecure-skip-tls-verify: true, tls-server-name: api}
users:
- name: token
  user: {token: secret}
- name: files
  user: {client-certificate: me.crt, client-key: me.key, tokenFile: token.txt}
- name: plugin
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login, args: [--cluster, one], env: [{name: A, value: b}], installHint: install it, interactiveMode: Never}
contexts:
- name: dev
  context: {cluster: one, user: token, namespace: team}
- name: prod
  context: {cluster: two, user: files}
- name: cloud
  context: {cluster: one, user: plugin}
`;

beforeAll(async () => {
  const root = await authority;
  ca = root.certificate;
  client = await root.client({ commonName: "me" });
  CONFIG = configWith(Buffer.from(ca).toString("base64"));
});

describe("a kubeconfig", () => {
  let folder: string;
  let env: string | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    writeFileSync(join(folder, "config"), CONFIG);
    writeFileSync(join(folder, "me.crt"), client.certificate);
    writeFileSync(join(folder, "me.key"), client.key);
    writeFileSync(join(folder, "token.txt"), "t");
    env = process.env["KUBECONFIG"];
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (env === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = env;
  });

  /** Access by a kubeconfig of this text. */
  function parseKubeconfig(text: string, choice?: KubeconfigChoice): ClusterAccess {
    const path = join(folder, "given");
    writeFileSync(path, text);
    return loadKubeconfig(path, choice);
  }

  it("gives the current context where none is named, with inline certificates decoded", () => {
    expect(loadKubeconfig(join(folder, "config"))).toEqual({
      context: "dev",
      server: "https://127.0.0.1:6443",
      namespace: "team",
      tls: { ca, insecure: false },
      credentials: { type: "token", token: "secret" },
    });
  });

  it("reads files relative to itself and reads a token from a file, which is rotated, at each use", () => {
    const access = loadKubeconfig(join(folder, "config"), "prod");

    expect(access.tls).toEqual({ cert: client.certificate, key: client.key, serverName: "api", insecure: true });
    expect(access.credentials).toEqual({ type: "token-file", path: join(folder, "token.txt") });
    expect(access.namespace).toBe("default");
  });

  it("resolves a credential plugin with a path relative to itself", () => {
    expect(loadKubeconfig(join(folder, "config"), { context: "cloud" }).credentials).toEqual({
      type: "exec",
      apiVersion: "client.authentication.k8s.io/v1",
      command: join(folder, "login"),
      args: ["--cluster", "one"],
      env: { A: "b" },
      installHint: "install it",
      interactiveMode: "Never",
    });
  });

  it("is found through KUBECONFIG, where the first of several files that names an entry wins", () => {
    writeFileSync(join(folder, "first"), "current-context: prod\nclusters: [{name: two, cluster: {server: 'https://127.0.0.1:1'}}]");
    process.env["KUBECONFIG"] = [join(folder, "missing"), join(folder, "first"), join(folder, "config")].join(delimiter);

    expect(loadKubeconfig()).toMatchObject({ context: "prod", server: "https://127.0.0.1:1" });
  });

  it("may be given as its text in JSON", () => {
    const json = JSON.stringify({
      "current-context": "a",
      clusters: [{ name: "a", cluster: { server: "http://127.0.0.1:8001" } }],
      contexts: [{ name: "a", context: { cluster: "a" } }],
    });

    expect(loadKubeconfig(json)).toMatchObject({ server: "http://127.0.0.1:8001", credentials: { type: "none" } });
  });

  it("of the cluster around a pod names the service account's files, with the pod's namespace", () => {
    writeFileSync(join(folder, "ca.crt"), ca);
    writeFileSync(join(folder, "token"), "t");
    writeFileSync(join(folder, "namespace"), "team\n");
    const env = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };

    expect(loadKubeconfig(inClusterKubeconfig(folder, env))).toEqual({
      context: "in-cluster",
      server: "https://[fd00::1]:443",
      namespace: "team",
      tls: { ca, insecure: false },
      credentials: { type: "token-file", path: join(folder, "token") },
    });
    expect(loadKubeconfig(inClusterKubeconfig(folder, { ...env, POD_NAMESPACE: "other" })).namespace).toBe("other");
    expect(() => inClusterKubeconfig(folder, {})).toThrow(/runs in no pod/);
  });

  it("that is told to the provider by its path must name files by whole paths, in the chosen context", () => {
    expect(() => requireWholePaths(join(folder, "config"), { context: "prod" })).toThrow(
      /names me.crt, me.key, token.txt by a relative path/,
    );
    expect(() => requireWholePaths(join(folder, "config"), { context: "cloud" })).toThrow(/names \.\/login by/);
    expect(() => requireWholePaths(join(folder, "config"), {})).not.toThrow();
  });

  it("tells everything that is wrong with a context at once", () => {
    const wrong = CONFIG.replace("user: {token: secret}", "user: {token: secret, username: a, as-uid: '1'}").replace(
      'server: "https://127.0.0.1:6443/"',
      'server: "https://127.0.0.1:6443/", insecure-skip-tls-verify: yes',
    );

    expect(() => parseKubeconfig(wrong)).toThrow(/a token and a user name.*certificate-authority and insecure.*as-uid/);
  });

  it.each([
    ["a missing file", () => loadKubeconfig("/does/not/exist"), /no kubeconfig: \/does\/not\/exist/],
    ["an unknown context", () => parseKubeconfig(CONFIG, { context: "x" }), /no context "x"; it has dev, prod, cloud/],
    ["no current context", () => parseKubeconfig("clusters: [{name: a}]"), /no current-context/],
    ["what is no YAML", () => parseKubeconfig("a: [b"), /neither YAML nor JSON/],
    ["a list", () => parseKubeconfig("- a"), /no kubeconfig/],
    ["a server that is no URL", () => parseKubeconfig(CONFIG.replace("https://127.0.0.1:6443/", "ftp://nowhere")), /nowhere is no URL/],
    [
      "a proxy",
      () => parseKubeconfig(CONFIG.replace('server: "https://127.0.0.1:6443/"', 'proxy-url: x, server: "https://a"')),
      /proxy-url/,
    ],
    [
      "a certificate file that is missing",
      () => parseKubeconfig(CONFIG.replace("me.crt", "no.crt"), { context: "prod" }),
      /client-certificate cannot be read/,
    ],
    ["an auth-provider", () => parseKubeconfig(CONFIG.replace("token: secret", "auth-provider: {name: gcp}")), /auth-provider/],
  ])("is refused with one line for %s", (_what, load, message) => {
    expect(load).toThrow(KubeconfigError);
    expect(load).toThrow(message);
  });
});
