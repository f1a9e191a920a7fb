/** URNs, type tokens and resource ids, taken apart by the rules of pulumi-kubernetes. */

/** What a URN says. */
export interface Urn {
  /** Type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
}

/** API version and kind. */
export interface Gvk {
  readonly apiVersion: string;
  readonly kind: string;
}

/** `urn:pulumi:<stack>::<project>::<parent types$type>::<name>`, the name possibly with `::` in it. */
export function parseUrn(urn: string): Urn {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

/**
 * API version and kind of a type token; those of the core group are spelled `core/v1`.
 *
 * @throws for a token without group and version, such as a CustomResource with the apiVersion `v1` has
 */
export function gvkOf(type: string): Gvk {
  const [pkg, module = "", kind = ""] = type.split(":");
  if (pkg !== "kubernetes") throw new Error(`unrecognized resource type: "${type}" for this provider`);
  const parts = module.split("/");
  const [group = "", version = ""] = parts;
  if (parts.length !== 2) throw new Error(`apiVersion does not have both a group and a version: "${module}"`);
  return { apiVersion: group === "core" ? version : `${group}/${version}`, kind };
}

/** A token of the SDK's `List` types, which no API server stores. */
export function isListToken(type: string): boolean {
  return type.startsWith("kubernetes:") && type.endsWith("List");
}

/** A token of the SDK's `Patch` types, which touch an object that somebody else owns. */
export function isPatchToken(type: string, kind: string): boolean {
  return type.endsWith("Patch") && !kind.endsWith("Patch");
}

/** Is this the token of a Helm release? */
export function isHelmRelease(type: string): boolean {
  return type === "kubernetes:helm.sh/v3:Release";
}

/** The resource id: `namespace/name`, or the name alone. */
export function idOf(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** Namespace and name of a resource id. */
export function parseId(id: string): { readonly namespace: string; readonly name: string } {
  const slash = id.indexOf("/");
  return slash < 0 ? { namespace: "", name: id } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}
