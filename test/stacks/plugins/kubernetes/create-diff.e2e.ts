/** Create and diff on a real API server. Each test names the rule of the official provider that it holds to. */

import type { JsonObject } from "#lib/core/json";
import { refOf } from "#stacks/cluster/calls";
import { makeSecret } from "#stacks/plugins/kubernetes/properties";
import { CONFIG_MAP, definition, managers, paths, withWorld } from "./world";

const world = withWorld();

describe("create", () => {
  it("is a plain create by the manager pulumi-kubernetes, one request, with the official id and state", async () => {
    const resource = await world.made();

    expect(resource.id).toBe(`default/object-${world.serial}`);
    expect(managers(await world.live())).toEqual(["pulumi-kubernetes/Update"]);
    expect(resource.state).toMatchObject({
      __inputs: { metadata: world.named(), data: { a: "1" } },
      __initialApiVersion: "v1",
      __fieldManager: expect.stringMatching(/^pulumi-kubernetes-[0-9a-f]{8}$/),
      metadata: { uid: expect.any(String) },
    });
    expect(world.writes()).toEqual(["POST /api/v1/namespaces/default/configmaps?fieldManager=pulumi-kubernetes&fieldValidation=Strict"]);
  });

  it("of an object that exists and is not ours fails, names the ways out, and touches nothing", async () => {
    await world.client.create({ apiVersion: "v1", kind: "ConfigMap", metadata: world.named(), data: { theirs: "x" } });

    await expect(world.made()).rejects.toThrow(/already exists.*alias.*deleteBeforeReplace.*pulumi import.*upsertExistingObjects/);
    expect((await world.live())["data"]).toEqual({ theirs: "x" });
  });

  it("of an object that exists takes it over where upsertExistingObjects is set", async () => {
    await world.client.create({ apiVersion: "v1", kind: "ConfigMap", metadata: world.named(), data: { theirs: "x" } });
    world.configure({ upsertExistingObjects: "true" });

    await world.made({ ours: "y" });

    expect((await world.live())["data"]).toEqual({ theirs: "x", ours: "y" });
  });

  it("by upsert over our own earlier create, changed since, is no conflict with ourselves", async () => {
    await world.made({ a: "1" });
    world.configure({ upsertExistingObjects: "true" });

    await world.made({ a: "2" });

    expect((await world.live())["data"]).toEqual({ a: "2" });
  });

  it("in a preview asks the server and stores nothing; unknown values are left to the engine", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const resource = world.harness.resource(CONFIG_MAP, "it");

    const answer = await resource.create({ metadata: world.named(), data: { a: "1" } }, { preview: true });
    const guess = await resource.create({ metadata: world.named(), data: { a: unknown } }, { preview: true });

    expect(answer).toMatchObject({ id: "", properties: { data: { a: "1" }, __inputs: {} } });
    expect(guess.properties).toMatchObject({ data: { a: unknown } });
    await expect(world.live()).rejects.toMatchObject({ status: 404 });
  });

  it("in a preview fails for what the server refuses", async () => {
    const body = { metadata: world.named(), spec: { replicas: 1, selector: { matchLabels: { a: "b" } }, template: {}, nonsense: 1 } };

    await expect(world.harness.resource("kubernetes:apps/v1:Deployment", "it").create(body, { preview: true })).rejects.toThrow(/nonsense/);
  });

  it("refuses a field that the kind does not have", async () => {
    const body = { metadata: world.named(), dta: { a: "1" } };

    await expect(world.harness.resource(CONFIG_MAP, "it").create(body)).rejects.toThrow(/unknown field "dta"/);
  });

  it("names an object after its resource where the program gives no name", async () => {
    const resource = world.harness.resource(CONFIG_MAP, `unnamed-${world.serial}`);

    await resource.create({ data: {} });

    expect(resource.id).toMatch(new RegExp(`^default/unnamed-${world.serial}-[0-9a-f]{7}$`));
  });

  it("waits for a namespace and a kind that come later", async () => {
    const namespace = `late-${world.serial}`;
    const group = `late${world.serial}.example.com`;
    const inNamespace = world.harness.resource(CONFIG_MAP, "a").create({ metadata: { name: "a", namespace } });
    const ofKind = world.harness.resource(`kubernetes:${group}/v1:Late`, "b").create({ metadata: { name: "b" } });

    while (
      !world.harness.log.statuses.some((status) => status.includes(namespace)) ||
      !world.harness.log.statuses.some((status) => status.includes("Late"))
    ) {
      await world.client.version();
    }
    await world.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await world.client.create(definition(group, "Cluster"));

    await expect(inNamespace).resolves.toMatchObject({ id: `${namespace}/a` });
    await expect(ofKind).resolves.toMatchObject({ id: "b" });
  }, 60_000);

  it("of a definition is done when it is established, so that its objects can be made at once", async () => {
    const group = `soon${world.serial}.example.com`;
    const { spec, metadata } = definition(group, "Namespaced");

    await world.harness.resource("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "crd").create({ metadata, spec });
    world.proxy.calls = [];
    await world.harness.resource(`kubernetes:${group}/v1:Late`, "cr").create({ metadata: world.named() });

    expect(world.writes().filter((call) => call.startsWith("POST"))).toHaveLength(1);
  });

  it("keeps the data of a Secret secret, and everything else that the program marked", async () => {
    const secret = world.harness.resource("kubernetes:core/v1:Secret", "it");
    await secret.create({ metadata: world.named(), stringData: { password: makeSecret("hunter2") } });
    const map = world.harness.resource(CONFIG_MAP, "marked");
    await map.create({ metadata: { ...world.named(), name: `marked-${world.serial}` }, data: { a: makeSecret("x"), b: "y" } });

    expect(secret.state["data"]).toEqual(makeSecret({ password: Buffer.from("hunter2").toString("base64") }));
    expect(JSON.stringify(secret.state["__inputs"])).toContain(JSON.stringify(makeSecret({ password: "hunter2" })));
    expect(map.state["data"]).toEqual({ a: makeSecret("x"), b: "y" });
    expect((await secret.diff({ metadata: world.named(), stringData: { password: makeSecret("hunter2") } })).changed).toBe(false);
    expect(paths((await secret.diff({ metadata: world.named(), stringData: { password: "other" } })).fields)).toEqual([
      "update stringData.password (replace)",
    ]);
  });
});

describe("diff", () => {
  it("of the same inputs is empty and costs no request", async () => {
    const resource = await world.made({ a: "1" }, { x: "y" });
    world.proxy.calls = [];

    const answer = await resource.diff({ metadata: world.named({ x: "y" }), data: { a: "1" } });

    expect(answer).toMatchObject({ changed: false, replaces: [] });
    expect(world.proxy.calls).toEqual([]);
  });

  it("names each field, and replaces a ConfigMap whose data change: first the old one goes, since its name is fixed", async () => {
    const resource = await world.made({ a: "1" }, { x: "y" });

    const labels = await resource.diff({ metadata: world.named({ x: "z", new: "l" }), data: { a: "1" } });
    const data = await resource.diff({ metadata: world.named({ x: "y" }), data: { a: "2" } });

    expect(paths(labels.fields)).toEqual(["add metadata.labels.new", "update metadata.labels.x"]);
    expect(labels.replaces).toEqual([]);
    expect(paths(data.fields)).toEqual(["update data.a (replace)"]);
    expect(data).toMatchObject({ replaces: ["data.a"], deleteBeforeReplace: true });
  });

  it("replaces for another name or namespace, and then makes the new one first", async () => {
    const resource = await world.made();

    const renamed = await resource.diff({ metadata: { ...world.named(), name: "other" }, data: { a: "1" } });

    expect(renamed).toMatchObject({ replaces: ["metadata.name"], deleteBeforeReplace: false });
  });

  it("replaces an autonamed object without deleting it first", async () => {
    const resource = world.harness.resource(CONFIG_MAP, `auto-${world.serial}`);
    await resource.create({ data: { a: "1" } });

    expect(await resource.diff({ data: { a: "2" } })).toMatchObject({ replaces: ["data.a"], deleteBeforeReplace: false });
  });

  it("sees an empty selector go, which selected all namespaces, and the update takes it away", async () => {
    const policy = world.harness.resource("kubernetes:networking.k8s.io/v1:NetworkPolicy", "it");
    const body = (from: JsonObject) => ({ metadata: world.named(), spec: { podSelector: {}, ingress: [{ from: [from] }] } });
    await policy.create(body({ podSelector: {}, namespaceSelector: {} }));

    expect(paths((await policy.diff(body({ podSelector: {} }))).fields)).toEqual(["delete spec.ingress[0].from[0].namespaceSelector"]);
    await policy.update(body({ podSelector: {} }));

    expect((await world.live("NetworkPolicy", "networking.k8s.io/v1"))["spec"]).toMatchObject({
      ingress: [{ from: [{ podSelector: {} }] }],
    });
    expect(JSON.stringify((await world.live("NetworkPolicy", "networking.k8s.io/v1"))["spec"])).not.toContain("namespaceSelector");
  });

  it("is empty for an empty map, of which the server keeps nothing", async () => {
    const map = world.harness.resource(CONFIG_MAP, "it");
    const body = { metadata: { ...world.named(), labels: {}, annotations: {} }, data: {}, binaryData: {} };
    await map.create(body);

    world.proxy.calls = [];
    expect(await map.diff(body)).toMatchObject({ changed: false });
    expect(world.proxy.calls).toEqual([]);
    await map.refresh();
    expect(await map.diff(body)).toMatchObject({ changed: false });
  });

  it("is empty for an empty list in a list without names, whatever the order of keys in the state", async () => {
    const role = world.harness.resource("kubernetes:rbac.authorization.k8s.io/v1:Role", "it");
    const body = (verbs: string[]) => ({
      metadata: world.named(),
      rules: [{ verbs, resources: ["pods"], resourceNames: [], apiGroups: [""] }],
    });
    await role.create(body(["get"]));
    await role.refresh();
    const sorted = JSON.parse(JSON.stringify(role.state, (_key, value) => sortedKeys(value)));
    role.state = sorted;

    expect(await role.diff(body(["get"]))).toMatchObject({ changed: false });
    expect((await role.diff(body(["list"]))).changed).toBe(true);
  });

  it("sees a change behind a list item that admission put before ours", async () => {
    const set = world.harness.resource("kubernetes:apps/v1:DaemonSet", "it");
    const body = (image: string) => ({
      metadata: { ...world.named(), annotations: { "pulumi.com/skipAwait": "true" } },
      spec: {
        selector: { matchLabels: { a: "b" } },
        template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image }], nodeSelector: { no: "where" } } },
      },
    });
    await set.create(body("i"));
    const sidecar = { op: "add", path: "/spec/template/spec/containers/0", value: { name: "sidecar", image: "s" } };
    await world.client.patch(refOf(await world.live("DaemonSet", "apps/v1")), { type: "json", body: [sidecar] });
    await set.refresh();

    expect(paths((await set.diff(body("j"))).fields)).toEqual(["update spec.template.spec.containers[0].image"]);
  });

  it("is empty for quantities that mean the same", async () => {
    const quota = world.harness.resource("kubernetes:core/v1:ResourceQuota", "it");
    await quota.create({ metadata: world.named(), spec: { hard: { "requests.cpu": "1000m", "limits.memory": "1024Mi" } } });

    expect((await quota.diff({ metadata: world.named(), spec: { hard: { "requests.cpu": "1", "limits.memory": "1Gi" } } })).changed).toBe(
      false,
    );
    expect((await quota.diff({ metadata: world.named(), spec: { hard: { "requests.cpu": "2", "limits.memory": "1Gi" } } })).changed).toBe(
      true,
    );
  });

  it("learns from the server's dry run what cannot change in place although no table says so", async () => {
    const job = world.harness.resource("kubernetes:batch/v1:Job", "it");
    const spec = (mode: string) => ({
      completionMode: mode,
      completions: 1,
      suspend: true,
      template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "i" }] } },
    });
    await job.create({ metadata: world.named(), spec: spec("NonIndexed") });

    const answer = await job.diff({ metadata: world.named(), spec: spec("Indexed") });

    expect(paths(answer.fields)).toEqual(["update spec.completionMode (replace)"]);
    expect(answer.deleteBeforeReplace).toBe(true);
  });

  it("leaves ignoreChanges out", async () => {
    const resource = await world.made({ a: "1" }, { x: "y" });

    const answer = await resource.diff({ metadata: world.named({ x: "z" }), data: { a: "1" } }, { ignoreChanges: ["metadata.labels"] });

    expect(answer.changed).toBe(false);
  });

  it("replaces a job that did not complete where pulumi.com/replaceUnready says so", async () => {
    const job = world.harness.resource("kubernetes:batch/v1:Job", "it");
    const body = {
      metadata: { ...world.named(), annotations: { "pulumi.com/replaceUnready": "true", "pulumi.com/skipAwait": "true" } },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "i" }], nodeSelector: { no: "where" } } } },
    };
    await job.create(body);

    expect(await job.diff(body)).toMatchObject({ changed: true, replaces: ['.metadata.annotations["pulumi.com/replaceUnready"]'] });
  });
});

/** An object with its keys in another order, as the wire between engine and provider gives it. */
function sortedKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
