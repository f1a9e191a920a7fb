/** Update, read and delete on a real API server. Each test names the rule of the official provider that it holds to. */

import { PartialFailure } from "#stacks/plugins/kubernetes/requests";
import { CONFIG_MAP, definition, managers, paths, withWorld } from "./world";

const world = withWorld();

describe("update", () => {
  it("is a server-side apply under the manager kept in the state, which takes the created fields over", async () => {
    const resource = await world.made({ a: "1" }, { x: "y", gone: "soon" });

    await resource.update({ metadata: world.named({ x: "z" }), data: { a: "1" } });

    const object = await world.live();
    expect(managers(object)).toEqual([`${resource.state["__fieldManager"]}/Apply`]);
    expect(object.metadata.labels).toEqual({ x: "z" });
  });

  it("leaves fields of others alone", async () => {
    const resource = await world.made({}, { x: "y" });
    const theirs = { apiVersion: "v1", kind: "ConfigMap", metadata: world.named({ theirs: "1" }) };
    await world.client.apply(theirs, { fieldManager: "somebody" });

    await resource.update({ metadata: world.named({ x: "z" }) });

    expect((await world.live()).metadata.labels).toEqual({ x: "z", theirs: "1" });
  });

  it("that wants a field of somebody else fails, names them, the field and three ways out, and changes nothing", async () => {
    const resource = await world.made({}, { x: "y" });
    await world.client.apply({ apiVersion: "v1", kind: "ConfigMap", metadata: world.named({ theirs: "1" }) }, { fieldManager: "somebody" });

    const failing = resource.update({ metadata: world.named({ x: "y", theirs: "2" }) });

    await expect(failing).rejects.toThrow(/\.metadata\.labels\.theirs \(conflict with "somebody"[\s\S]*ways out/);
    await expect(failing).rejects.toBeInstanceOf(PartialFailure);
    expect((await world.live()).metadata.labels).toEqual({ x: "y", theirs: "1" });
  });

  it("takes the field over where pulumi.com/patchForce or enablePatchForce says so", async () => {
    const resource = await world.made({}, { x: "y" });
    await world.client.apply({ apiVersion: "v1", kind: "ConfigMap", metadata: world.named({ theirs: "1" }) }, { fieldManager: "somebody" });

    await resource.update({ metadata: { ...world.named({ x: "y", theirs: "2" }), annotations: { "pulumi.com/patchForce": "true" } } });

    expect((await world.live()).metadata.labels).toEqual({ x: "y", theirs: "2" });
  });

  it("in a preview stores nothing", async () => {
    const resource = await world.made({}, { x: "y" });

    const answer = await resource.update({ metadata: world.named({ x: "z" }) }, { preview: true });

    expect(answer.properties).toMatchObject({ metadata: { labels: { x: "z" } } });
    expect((await world.live()).metadata.labels).toEqual({ x: "y" });
  });

  it("of an object that is gone says so and what to do", async () => {
    const resource = await world.made();
    await world.client.delete({ apiVersion: "v1", kind: "ConfigMap", name: `object-${world.serial}`, namespace: "default" });

    await expect(resource.update({ metadata: world.named({ x: "y" }) })).rejects.toThrow(/does not exist any more; run `pulumi refresh`/);
  });

  it("replaces a definition whole", async () => {
    const resource = world.harness.resource("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "crd");
    const { metadata, spec } = definition(`whole${world.serial}.example.com`, "Cluster");
    await resource.create({ metadata, spec });
    world.proxy.calls = [];

    await resource.update({ metadata: { ...metadata, labels: { a: "b" } }, spec });

    expect(world.proxy.calls.filter((call) => call.startsWith("PUT"))).toHaveLength(1);
  });

  it("renames the manager by pulumi.com/patchFieldManager, and the old one gives its fields up", async () => {
    const resource = await world.made({}, { x: "y" });
    await resource.update({ metadata: world.named({ x: "z" }) });

    await resource.update({ metadata: { ...world.named({ x: "z" }), annotations: { "pulumi.com/patchFieldManager": "mine" } } });

    expect(managers(await world.live())).toEqual(["mine/Apply"]);
  });
});

describe("read", () => {
  it("shows what somebody changed by hand, in the fields the program gave, and an update mends it in place", async () => {
    const resource = await world.made({}, { x: "y" });
    const { uid } = (await world.live()).metadata;
    await world.client.patch(
      { apiVersion: "v1", kind: "ConfigMap", name: `object-${world.serial}`, namespace: "default" },
      { type: "merge", body: { metadata: { labels: { x: "edited", foreign: "1" } } } },
      { fieldManager: "kubectl-edit" },
    );

    const answer = await resource.refresh();
    const drift = await resource.diff({ metadata: world.named({ x: "y" }) });
    await resource.update({ metadata: world.named({ x: "y" }) });

    expect(answer.inputs).toMatchObject({ metadata: { labels: { x: "edited" } } });
    expect(paths(drift.fields)).toEqual(["update metadata.labels.x"]);
    const mended = await world.live();
    expect(mended.metadata.labels).toEqual({ x: "y", foreign: "1" });
    expect(mended.metadata["uid"]).toBe(uid);
  });

  it("says that an object is gone, and so is every object of a kind that is gone", async () => {
    const resource = await world.made();
    await world.client.delete({ apiVersion: "v1", kind: "ConfigMap", name: `object-${world.serial}`, namespace: "default" });

    await expect(resource.refresh()).resolves.toMatchObject({ id: "" });
    await expect(world.harness.resource("kubernetes:none.example.com/v1:None", "n").import("default/n")).resolves.toMatchObject({ id: "" });
  });

  it("imports an object by its id, without what only the server sets, so that the next diff is empty", async () => {
    await world.client.create({ apiVersion: "v1", kind: "ConfigMap", metadata: world.named({ x: "y" }), data: { a: "1" } });
    const resource = world.harness.resource(CONFIG_MAP, "it");

    const answer = await resource.import(`default/object-${world.serial}`);

    expect(answer.inputs).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: world.named({ x: "y" }), data: { a: "1" } });
    expect((await resource.diff({ metadata: world.named({ x: "y" }), data: { a: "1" } })).changed).toBe(false);
  });

  it("takes over a state of the official provider, field ownership included, without a difference", async () => {
    const resource = await world.made();
    resource.state = { ...resource.state, metadata: (await world.live()).metadata };

    await resource.refresh();

    expect((await resource.diff({ metadata: world.named(), data: { a: "1" } })).changed).toBe(false);
  });
});

describe("delete", () => {
  it("is done only when the object is gone, and says what holds it", async () => {
    const resource = world.harness.resource(CONFIG_MAP, "it");
    await resource.create({ metadata: { ...world.named(), finalizers: ["example.com/hold"] } });
    let done = false;

    const deleting = resource.delete().then(() => {
      done = true;
    });
    while (!world.harness.log.statuses.some((status) => status.includes("example.com/hold"))) await world.client.version();
    expect(done).toBe(false);
    await world.client.patch(
      { apiVersion: "v1", kind: "ConfigMap", name: `object-${world.serial}`, namespace: "default" },
      { type: "merge", body: { metadata: { finalizers: null } } },
    );

    await deleting;
    await expect(world.live()).rejects.toMatchObject({ status: 404 });
  }, 30_000);

  it("that does not end in time keeps the resource in the state", async () => {
    const resource = world.harness.resource(CONFIG_MAP, "it");
    await resource.create({ metadata: { ...world.named(), finalizers: ["example.com/hold"] } });

    await expect(resource.delete({ timeoutSeconds: 1 })).rejects.toThrow(/still there: timed out after 1 s.*example\.com\/hold/);
  });

  it("of what is gone already succeeds", async () => {
    const resource = await world.made();

    await resource.delete();
    await expect(resource.delete()).resolves.toBeUndefined();
  });

  it("takes dependents with it unless pulumi.com/deletionPropagationPolicy says otherwise", async () => {
    const resource = world.harness.resource(CONFIG_MAP, "it");
    await resource.create({ metadata: { ...world.named(), annotations: { "pulumi.com/deletionPropagationPolicy": "orphan" } } });
    const dependent = { apiVersion: "v1", kind: "ConfigMap", name: `dependent-${world.serial}`, namespace: "default" };
    const owner = {
      apiVersion: "v1",
      kind: "ConfigMap",
      name: `object-${world.serial}`,
      uid: String((await world.live()).metadata["uid"]),
    };
    const { name, namespace } = dependent;
    await world.client.create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ownerReferences: [owner] } });

    await resource.delete();

    await expect(world.client.get(dependent)).resolves.toMatchObject({ metadata: { name: dependent.name } });
    await expect(world.live()).rejects.toMatchObject({ status: 404 });
  }, 30_000);
});
