/** The provider's configuration by the official rules. */

import type { JsonObject } from "#lib/core/json";
import { parseKubeconfig } from "#stacks/cluster/kubeconfig";
import { checkConfig, diffConfig } from "#stacks/plugins/kubernetes/operations/config";
import { readSettings } from "#stacks/plugins/kubernetes/settings";

const URN = "urn:pulumi:dev::p::pulumi:providers:kubernetes::k8s";
const kubeconfig = (server: string, token: string) =>
  JSON.stringify({
    "current-context": "a",
    clusters: [{ name: "a", cluster: { server } }],
    users: [{ name: "a", user: { token } }],
    contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
  });

function replaces(olds: JsonObject, news: JsonObject): readonly string[] {
  const accessOf = (config: JsonObject) => parseKubeconfig(String(config["kubeconfig"]));
  return diffConfig({ urn: URN, id: "", olds, news, ignoreChanges: [] }, accessOf).replaces;
}

describe("a change of the provider's configuration", () => {
  const before = { kubeconfig: kubeconfig("https://127.0.0.1:1", "t1") };

  it("replaces everything when it points at another cluster", () => {
    expect(replaces(before, { kubeconfig: kubeconfig("https://127.0.0.1:2", "t1") })).toEqual(["kubeconfig"]);
  });

  it("replaces nothing when only the credentials changed", () => {
    expect(replaces(before, { kubeconfig: kubeconfig("https://127.0.0.1:1", "t2") })).toEqual([]);
  });

  it("is decided by clusterIdentifier where both have one", () => {
    const moved = { kubeconfig: kubeconfig("https://127.0.0.1:2", "t1"), clusterIdentifier: "u" };

    expect(replaces({ ...before, clusterIdentifier: "u" }, moved)).toEqual([]);
    expect(replaces({ ...before, clusterIdentifier: "u" }, { ...before, clusterIdentifier: "v" })).toEqual(["clusterIdentifier"]);
  });

  it("replaces everything when the cluster is not known yet", () => {
    expect(replaces(before, { kubeconfig: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" })).toEqual(["kubeconfig"]);
  });
});

describe("the provider's configuration", () => {
  const check = (news: JsonObject, urn = URN) =>
    checkConfig({ urn, olds: {}, news, seed: new Uint8Array() }, {}).failures.map(({ reason }) => reason);

  it("is refused where this provider cannot honour it", () => {
    expect(check({ enableServerSideApply: "false" })).toEqual([expect.stringContaining("enableServerSideApply")]);
    expect(check({ renderYamlToDirectory: "out" })).toEqual([expect.stringContaining("beamstack-iac synth")]);
    expect(check({ kubeClientSettings: '{"qps":"many"}' })).toEqual([expect.stringContaining("many")]);
  });

  it("has to name cluster and context in strict mode, and may not be the default one", () => {
    expect(check({ strictMode: "true" }, "urn:pulumi:dev::p::pulumi:providers:kubernetes::default_4_34_2")).toEqual([
      "strict mode prohibits default provider",
      'strict mode requires Provider "kubeconfig" argument',
      'strict mode requires Provider "context" argument',
    ]);
  });

  it("falls back to the environment, and wins over it", () => {
    const env = { PULUMI_K8S_DELETE_UNREACHABLE: "true", PULUMI_K8S_CLIENT_QPS: "7", PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };
    const settings = readSettings(new Map([["kubernetes:config:deleteUnreachable", "false"]]), env);

    expect(settings).toMatchObject({ deleteUnreachable: false, enablePatchForce: true, client: { qps: 7 } });
  });

  it("rations no requests unless it says so", () => {
    expect(readSettings(new Map(), {}).client).toEqual({});
  });
});
