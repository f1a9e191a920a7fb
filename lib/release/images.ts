/** Images of a release, and the objects that use them. */

import { isJsonObject, type JsonObject, type JsonValue } from "#lib/core/json";
import { compareText } from "#lib/core/order";
import { definedKind } from "#lib/kube/references";
import type { ImageUse, ReleaseChart, ReleaseObject } from "./release";

/** Every image in objects and Helm values, sorted. */
export function imagesOf(
  objects: readonly Pick<ReleaseObject, "id" | "manifest">[],
  charts: readonly Pick<ReleaseChart, "id" | "values">[],
): ImageUse[] {
  const uses = new Map<string, Set<string>>();
  const note = (id: string) => (image: string) => {
    const users = uses.get(image) ?? new Set<string>();
    uses.set(image, users.add(id));
  };
  for (const { id, manifest } of objects) if (!definedKind(manifest)) findImages(manifest, note(id));
  for (const { id, values } of charts) findImages(values, note(id));
  const list = [...uses].map(([image, users]) => ({ image, usedBy: [...users].sort(compareText) }));
  return list.sort((a, b) => compareText(a.image, b.image));
}

/**
 * Images are values of a key `image`: a string, or (in Helm values) registry, repository and tag. Beside a repository and a version it is the last part of a name, beside
 * a tag the name. Helm values also have whole names at keys such as `rbacProxyImage`.
 */
function findImages(value: JsonValue | undefined, note: (image: string) => void): void {
  if (Array.isArray(value)) for (const item of value) findImages(item, note);
  if (!isJsonObject(value)) return;
  if (Object.hasOwn(value, "image")) noteImage(wholeName(value), note);
  for (const each of Object.entries(value).filter(isWholeName)) note(each[1]);
  for (const each of Object.values(value)) findImages(each, note);
}

function isWholeName(entry: [string, JsonValue | undefined]): entry is [string, string] {
  const [key, value] = entry;
  return key.endsWith("Image") && typeof value === "string" && /^[^\s/]+\/\S+[:@]\S+$/.test(value);
}

function wholeName({ image, repository, version, tag }: JsonObject): JsonValue | undefined {
  if ([image, repository, version].every((part) => typeof part === "string")) return `${repository}/${image}:${version}`;
  return typeof image === "string" && typeof tag === "string" ? `${image}:${tag}` : image;
}

function noteImage(image: JsonValue | undefined, note: (image: string) => void): void {
  if (typeof image === "string") note(image);
  else if (isJsonObject(image) && typeof image["repository"] === "string") note(splitImage(image));
}

function splitImage(image: JsonObject): string {
  const { registry, repository, tag } = image;
  return `${registry ? `${registry}/` : ""}${repository}${tag ? `:${tag}` : ""}`;
}
