/** Path of an entry's file in the plain tree: unique, and safe on every file system. */

import { digestText } from "#lib/core/digest";
import type { Problem } from "#lib/core/problem";
import { isBuiltInGroup } from "#lib/kube/built-in";
import { groupOf, type KubeObject } from "#lib/kube/object";
import type { ReleaseChart, ReleaseFile } from "#lib/release/release";

/** An RFC 1123 subdomain: what Kubernetes takes as a name of most kinds. */
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
/** A path segment: what Kubernetes takes as a name of roles and bindings. */
const SEGMENT = /^(?!\.{1,2}$)[^/%\p{C}\s]{1,253}$/u;
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Names that Windows keeps for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** After namespaces, and before everything that may read a Secret. */
const ENCRYPTED_FOLDER = "05-encrypted";

/** Most file systems limit a file name to 255 bytes; the rest is for an extension. */
const LONGEST = 200;

/** Path of an object's file below its phase's folder: `flink/deployment.main.yaml`, `cluster/namespace.flink.yaml`. */
export function objectPath(object: KubeObject): string {
  const { name, namespace } = object.metadata;
  const group = groupOf(object.apiVersion);
  const kind = object.kind.toLowerCase();
  return `${folderOf(namespace)}/${fileName([kind, ...(isBuiltInGroup(group) ? [] : [group]), encode(name)].join("."))}.yaml`;
}

/** Path of a Helm release's values below its phase's folder; no ending that `kubectl apply -R` would read. */
export function valuesPath(chart: Pick<ReleaseChart, "name" | "namespace">): string {
  return `${folderOf(chart.namespace)}/${fileName(chart.name)}.values`;
}

/** Path of a file that a tree carries as it is: in a folder of its own, as what applies the others does not decrypt it. */
export function encryptedPath({ secret: { name, namespace } }: Pick<ReleaseFile, "secret">): string {
  return `${ENCRYPTED_FOLDER}/${objectPath({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace } })}`;
}

/** What is wrong with the names that make up an entry's path; `source` is the line that asked for the entry. */
export function nameProblems(object: KubeObject, source: string): Problem[] {
  const { name, namespace } = object.metadata;
  const rbac = groupOf(object.apiVersion) === "rbac.authorization.k8s.io";
  return [
    ...(/^[A-Z][A-Za-z0-9]*$/.test(object.kind) ? [] : [unsafe("kind", object.kind, source)]),
    ...(SUBDOMAIN.test(groupOf(object.apiVersion)) ? [] : [unsafe("apiVersion", object.apiVersion, source)]),
    ...((rbac ? SEGMENT : SUBDOMAIN).test(name) ? [] : [unsafe("metadata.name", name, source)]),
    ...(namespace === undefined || LABEL.test(namespace) ? [] : [unsafe("metadata.namespace", namespace, source)]),
  ];
}

/** The same for a Helm release. */
export function chartNameProblems(chart: Pick<ReleaseChart, "name" | "namespace" | "source">): Problem[] {
  return [
    ...(LABEL.test(chart.name) ? [] : [unsafe("release name", chart.name, chart.source)]),
    ...(LABEL.test(chart.namespace) ? [] : [unsafe("release namespace", chart.namespace, chart.source)]),
  ];
}

function folderOf(namespace: string | undefined): string {
  if (namespace === undefined) return "cluster";
  // No namespace has an underscore: the folder meets no other.
  return DEVICE.test(namespace) ? `${namespace}_` : namespace;
}

/** What a name of a role may hold and some file system does not take, as in an address: `%3A`. */
function encode(name: string): string {
  return name
    .replace(/[^A-Za-z0-9.-]/gu, encodeURIComponent)
    .replace(/[!'()*~_]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A long name keeps its beginning; the digest keeps it apart from others that begin the same. */
function fileName(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 17)}~${digestText(name).slice(0, 16)}`;
}

function unsafe(what: string, got: string, path: string): Problem {
  const text = JSON.stringify(got);
  return {
    id: "gitops.unsafe-name",
    path,
    got: `the ${what} ${text.length > 80 ? `${text.slice(0, 76)}..."` : text}`,
    allowed: "a-z, 0-9, - (and . in object names), at most 253 characters, 63 for namespaces",
    fix: `change the ${what}`,
  };
}
