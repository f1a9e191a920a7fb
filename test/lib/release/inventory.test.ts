import type { KubeObject } from "#lib/kube/object";
import { inventoryOf } from "#lib/release/inventory";
import { namespace, object, releaseWith } from "./fixture";

const claim = object("PersistentVolumeClaim", "data", { namespace: "a" });
const config = object("ConfigMap", "settings", { namespace: "a" });
const owned = (live: KubeObject, ownerReferences: { uid: string }[]): KubeObject => ({
  ...live,
  metadata: { ...live.metadata, ownerReferences },
});

test("says of each object whether it is still asked for, and whether it stays on destroy", () => {
  const entries = inventoryOf([claim, config, namespace("a")], releaseWith([namespace("a"), claim]));

  expect(entries.map(({ id, declared, retention }) => [id, declared, retention])).toEqual([
    ["core/ConfigMap/a/settings", false, "delete"],
    ["core/Namespace/a", true, "retain"],
    ["core/PersistentVolumeClaim/a/data", true, "retain"],
  ]);
});

test("what nobody asks for any more stays if it holds data, and so does its namespace", () => {
  const entries = inventoryOf([claim, namespace("a"), namespace("b")], releaseWith([]));

  expect(entries.map(({ name, retention }) => [name, retention])).toEqual([
    ["a", "retain"],
    ["b", "delete"],
    ["data", "retain"],
  ]);
});

test("what a controller made is part of what it was made for", () => {
  const endpoints = object("Endpoints", "service", { namespace: "a" });

  expect(inventoryOf([owned(config, [{ uid: "0123" }]), endpoints], releaseWith([]))).toEqual([]);
});
