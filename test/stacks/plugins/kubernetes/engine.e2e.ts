/** The plugin in the hands of the real Pulumi engine: a program of its own, the file backend, a real API server. */

import type { JsonObject, JsonValue } from "#lib/core/json";
import { withPulumiProject } from "../../../fixtures/pulumi-project";
import { withWorld } from "./world";

const world = withWorld();
const project = withPulumiProject();

const pulumi = (...args: string[]) => project().start(args).done;
const program = (resources: readonly JsonValue[], provider: JsonObject = { kubeconfig: world.proxy.kubeconfig }): void =>
  project().program(resources, provider);

const map = (data: JsonObject, labels: JsonObject = {}) => ["core.v1.ConfigMap", "map", { metadata: { ...world.named(), labels }, data }];

describe("the engine with this plugin", () => {
  it("makes, finds unchanged, changes, replaces and deletes", async () => {
    program([map({ a: "1" })]);
    expect(await pulumi("up", "--yes")).toMatchObject({ code: 0 });
    expect(await pulumi("up", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await pulumi("refresh", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });

    program([map({ a: "1" }, { x: "y" })]);
    expect((await pulumi("up", "--yes", "--diff")).output).toMatch(/\+ x: "y"[\s\S]*1 updated/);
    const { uid } = (await world.live()).metadata;

    program([map({ a: "2" }, { x: "y" })]);
    expect((await pulumi("up", "--yes")).output).toContain("1 replaced");
    expect((await world.live()).metadata["uid"]).not.toBe(uid);

    expect((await pulumi("destroy", "--yes")).code).toBe(0);
    await expect(world.live()).rejects.toMatchObject({ status: 404 });
  }, 240_000);

  it("keeps secrets as ciphertext in the state", async () => {
    const secret = ["core.v1.Secret", "secret", { metadata: world.named(), stringData: { password: "hunter2" } }, ["stringData"]];
    program([secret]);

    expect(await pulumi("up", "--yes")).toMatchObject({ code: 0 });
    expect(await pulumi("up", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });

    expect(project().stateText()).not.toMatch(/hunter2|aHVudGVyMg/);
  }, 120_000);

  it("mends what was edited and makes again what was deleted by hand", async () => {
    program([map({ a: "1" }, { x: "y" })]);
    await pulumi("up", "--yes");
    const ref = { apiVersion: "v1", kind: "ConfigMap", name: `object-${world.serial}`, namespace: "default" };
    await world.client.patch(ref, { type: "merge", body: { metadata: { labels: { x: "edited" } } } }, { fieldManager: "kubectl-edit" });

    expect((await pulumi("up", "--yes", "--refresh")).output).toContain("1 updated");
    expect((await world.live()).metadata.labels).toEqual({ x: "y" });
    await world.client.delete(ref);
    expect((await pulumi("up", "--yes", "--refresh")).output).toContain("1 created");
    expect((await world.live()).metadata.labels).toEqual({ x: "y" });
  }, 240_000);

  it("stops waiting when it is interrupted, knows what it made, and goes on from there", async () => {
    const deployment = (where: JsonObject) => [
      "apps.v1.Deployment",
      "it",
      {
        metadata: world.named(),
        spec: {
          selector: { matchLabels: { app: "a" } },
          template: {
            metadata: { labels: { app: "a" } },
            spec: { nodeSelector: where, containers: [{ name: "c", image: "example.com/i:1" }] },
          },
        },
      },
    ];
    program([deployment({ no: "where" })]);

    const { child, output, done } = project().start(["up", "--yes", "--skip-preview"]);
    while (!output().includes("0 of 1 replicas available")) await world.client.version();
    child.kill("SIGINT");
    expect((await done).code).not.toBe(0);

    expect(
      project()
        .state()
        .map(({ id }) => id),
    ).toContain(`default/object-${world.serial}`);
    program([deployment({})]);
    expect(await pulumi("up", "--yes")).toMatchObject({ code: 0 });
    expect(await pulumi("up", "--yes", "--expect-no-changes")).toMatchObject({ code: 0 });
  }, 240_000);

  it("previews without a cluster, and says so once", async () => {
    program([map({ a: "1" }), ["core.v1.Namespace", "ns", { metadata: { name: "n" } }]], { kubeconfig: NOWHERE });

    const { code, output } = await pulumi("preview", "--diff");

    expect(code).toBe(0);
    expect(output).toMatch(/\+ 4 to create/);
    expect(output.match(/cluster is unreachable/g)).toHaveLength(1);
  }, 120_000);

  it("refuses configuration that the plugin cannot honour before anything is made", async () => {
    program([map({ a: "1" })], { kubeconfig: world.proxy.kubeconfig, enableServerSideApply: false });

    const { code, output } = await pulumi("up", "--yes");

    expect(code).not.toBe(0);
    expect(output).toContain("enableServerSideApply: false is not supported by this provider");
    await expect(world.live()).rejects.toMatchObject({ status: 404 });
  }, 120_000);
});

const NOWHERE = JSON.stringify({
  "current-context": "gone",
  clusters: [{ name: "gone", cluster: { server: "http://127.0.0.1:1" } }],
  contexts: [{ name: "gone", context: { cluster: "gone" } }],
});
