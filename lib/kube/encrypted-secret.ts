/** Secrets that users encrypt and keep in files. The files are their own: a value that is not encrypted is refused, and never shown. */

import { parseAllDocuments } from "yaml";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import { labelNameSchema } from "#lib/core/schema";
import { secretPlaces, secretsInText } from "#lib/core/secret-text";
import type { KubeObject } from "./object";

/** How a product writes an encrypted Secret. */
export interface EncryptedForm {
  readonly apiVersion: string;
  readonly kind: string;
  /** Maps with the values by key of the Secret. */
  readonly values: readonly (readonly string[])[];
  /** Is this text a ciphertext of the product? */
  readonly isEncrypted: (text: string) => boolean;
  /** Field with facts about the encryption, which holds no value. @default none */
  readonly about?: string;
  /** Command that encrypts a Secret. */
  readonly encrypt: string;
}

/** A file of an environment. */
interface SecretFile {
  /** Path in the folder of environment files. */
  readonly file: string;
  /** Absent if there is none. */
  readonly text: string | undefined;
  /** Path in the environment file that names it. */
  readonly path: string;
}

/** A Secret of a file. */
export interface EncryptedSecret {
  readonly name: string;
  readonly namespace: string;
  /** Keys of the Secret. */
  readonly keys: readonly string[];
  readonly manifest: KubeObject;
}

/** Secrets of a file, and what is wrong with it. */
interface Found {
  readonly secrets: readonly EncryptedSecret[];
  readonly problems: readonly Problem[];
}

/** The encrypted Secrets of a file. */
export function encryptedSecrets({ file, text, path }: SecretFile, form: EncryptedForm): Found {
  if (text === undefined) return { secrets: [], problems: [missingFile(file, path)] };
  const documents = parseAllDocuments(text);
  const parsed = Array.isArray(documents) && documents.every(({ errors }) => errors.length === 0);
  const values: JsonValue[] = parsed ? documents.map((document) => document.toJS()).filter((value) => value !== null) : [];
  if (values.length === 0) return { secrets: [], problems: [unreadable(`${file}, which has no YAML document`, form, path)] };
  const found = values.map((value) => secretOf(value, { form, file, path }));
  // Comments, too.
  const clear = secretsInText(text).length > 0 ? [inClear(`${file}, which has a secret as plain text`, form, path)] : [];
  const problems = found.flatMap((one) => one.problems);
  return { secrets: found.flatMap((one) => one.secrets), problems: problems.length > 0 ? problems : clear };
}

interface Context {
  readonly form: EncryptedForm;
  readonly file: string;
  readonly path: string;
}

function secretOf(value: JsonValue, { form, file, path }: Context): Found {
  const none = (problem: Problem): Found => ({ secrets: [], problems: [problem] });
  const { apiVersion, kind } = form;
  if (!isJsonObject(value) || value["apiVersion"] !== apiVersion || value["kind"] !== kind)
    return none(unreadable(`another document in ${file}`, form, path));
  const [name, namespace] = [valueAt(value, ["metadata", "name"]), valueAt(value, ["metadata", "namespace"])];
  if (!isName(name) || !isName(namespace))
    return none(unreadable(`a ${kind} in ${file} without a name and namespace that can be read`, form, path));
  const entries = form.values.flatMap((at) => Object.entries(objectAt(value, at)));
  if (entries.length === 0) return none(unreadable(`${namespace}/${name} in ${file}, which has no values`, form, path));
  const clear = [...entries.filter(([, each]) => !isCiphertext(each, form)).map(([key]) => key), ...clearBeside(value, form)];
  if (clear.length > 0) return none(inClear(`${namespace}/${name} in ${file} with ${clear.join(", ")} as plain text`, form, path));
  return {
    secrets: [{ name, namespace, keys: [...new Set(entries.map(([key]) => key))].sort(), manifest: value as KubeObject }],
    problems: [],
  };
}

function isName(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.split(".").every((part) => labelNameSchema.safeParse(part).success);
}

function isCiphertext(value: JsonValue | undefined, { isEncrypted }: EncryptedForm): boolean {
  return typeof value === "string" && isEncrypted(value);
}

function objectAt(value: JsonObject, at: readonly string[]): JsonObject {
  const found = valueAt(value, at);
  return isJsonObject(found) ? found : {};
}

/** kubectl keeps what it applied, with the values, in this annotation. */
const LAST_APPLIED = /last-applied-configuration/;

/** Fields beside the encrypted values that hold a secret. */
function clearBeside(value: JsonObject, { values, about }: EncryptedForm): string[] {
  const isLeftOut = (at: readonly string[]) =>
    values.some((one) => one.join() === at.join()) || (about !== undefined && at.join() === about);
  const rest = without(value, isLeftOut);
  return [...secretPlaces(rest).map(({ at }) => at), ...(LAST_APPLIED.test(JSON.stringify(rest)) ? ["last-applied-configuration"] : [])];
}

function without(value: JsonObject, isLeftOut: (at: readonly string[]) => boolean, at: readonly string[] = []): JsonObject {
  const entries = Object.entries(value).flatMap(([key, item]): [string, JsonValue | undefined][] => {
    const here = [...at, key];
    if (isLeftOut(here)) return [];
    return [[key, isJsonObject(item) ? without(item, isLeftOut, here) : item]];
  });
  return Object.fromEntries(entries);
}

function missingFile(file: string, path: string): Problem {
  return {
    id: "secrets.missing-file",
    path,
    got: `${JSON.stringify(file)}, which does not exist`,
    allowed: "a file below the folder of environment files",
    fix: "create the file, or correct the path",
  };
}

function unreadable(got: string, { apiVersion, kind, encrypt }: EncryptedForm, path: string): Problem {
  return {
    id: "secrets.no-encrypted-secret",
    path,
    got,
    allowed: `documents of kind ${kind} (${apiVersion}), each with a name, a namespace and encrypted values`,
    fix: `write the file with ${encrypt}`,
  };
}

function inClear(got: string, { encrypt }: EncryptedForm, path: string): Problem {
  return {
    id: "secrets.clear-text",
    path,
    got,
    allowed: "encrypted values only",
    fix: `replace the secret, as it is in a file now, and encrypt the new one with ${encrypt}`,
  };
}
