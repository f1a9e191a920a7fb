import type { JsonObject } from "#lib/core/json";
import { imagesOf } from "#lib/release/images";

const inValues = (values: JsonObject) => imagesOf([], [{ id: "helm/any", values }]).map(({ image }) => image);

test.each<[string, JsonObject, string[]]>([
  ["one text", { image: "quay.io/team/app:1" }, ["quay.io/team/app:1"]],
  ["repository and tag", { image: { registry: "quay.io", repository: "team/app", tag: "1" } }, ["quay.io/team/app:1"]],
  ["a name with its tag beside it", { controller: { image: "quay.io/team/app", tag: "1" } }, ["quay.io/team/app:1"]],
  ["repository, name and version", { repository: "quay.io/team", image: "app", version: "1" }, ["quay.io/team/app:1"]],
  ["a whole name at a key of its own", { proxyImage: "quay.io/team/proxy:2" }, ["quay.io/team/proxy:2"]],
  ["no image at a key that ends so", { defaultImage: "app", useImage: true }, []],
])("finds images in Helm values: %s", (_, values, images) => {
  expect(inValues(values)).toEqual(images);
});
