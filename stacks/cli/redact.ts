/** Values of fields as a terminal or log may show them: nothing that is called a secret. */

import { isJsonObject, type JsonValue } from "#lib/core/json";

/** Pulumi's own text for a secret. */
const HIDDEN = "[secret]";

/** Last words of fields and variables that hold secrets; names of Secrets and of their keys are none. */
const SECRET_NAME = /(pass(word|wd|phrase)?|secret|token|credentials?|(api|access|account|private|secret|signing|encryption)[._-]?key)$/i;

/** User and password in an address. */
const LOGIN = /(\/\/)[^/@\s:]+:[^/@\s]+@/g;

/** The value without secrets: hidden by the kind of object, by the name of its field, or inside of addresses. */
export function redacted(id: string, path: string, value: JsonValue): JsonValue {
  if (id.startsWith("core/Secret/") && !path.startsWith("metadata")) return HIDDEN;
  return hidden(nameIn(path), value);
}

function hidden(name: string, value: JsonValue): JsonValue {
  if (typeof value === "string") return SECRET_NAME.test(name) ? HIDDEN : value.replace(LOGIN, `$1${HIDDEN}@`);
  if (Array.isArray(value)) return value.map((item) => hidden(name, item));
  if (!isJsonObject(value)) return value;
  // A variable of a container: its value goes by its name.
  const own = typeof value["name"] === "string" && "value" in value ? value["name"] : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      member === undefined ? member : hidden(key === "value" ? (own ?? name) : key, member),
    ]),
  );
}

/** The last name of a path; the value of a variable has the name of the variable: `env[API_KEY].value`. */
function nameIn(path: string): string {
  const [, variable] = /\[([^\]]+)\]\.value$/.exec(path) ?? [];
  return variable ?? /[^.[\]"]*(?="?\]?$)/.exec(path)?.[0] ?? path;
}
