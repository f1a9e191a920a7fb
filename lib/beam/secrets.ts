/** Which values of a pipeline file are secrets, told by their place: a value itself is never looked up, kept or shown. */

import { type BeamPipelineDocument, isBelow, keyOf, type TransformSite, type ValuePath, type ValueSite } from "./document";
import { hasJinja } from "./jinja";

/** A value that is a secret by its place. */
export interface SecretSite {
  readonly site: ValueSite;
  /** What a binding calls it: `<transform>.<path in its config>`, or the path in the file outside of transforms. */
  readonly name: string;
  /** `clear`: stands in the file as it is; `empty`: nothing is there. A Jinja expression is neither, and no site. */
  readonly state: "clear" | "empty";
}

/** Last words of keys that hold secrets. `token` alone is one, `pad_token` or `max_tokens` is not. */
const SECRET_KEY = new RegExp(
  [
    "(?:^|[._-])(?:api[_-]?key|apikey|passwd|password|passphrase|secret|private[_-]?key|secret[_-]?key|access[_-]?key|credentials?)$",
    "^(?:(?:access|api|auth|bearer|refresh|session|sas|security|hf|hub)[_-]?)?token$",
    "^(?:client|app|shared)[_-]?secret$",
    "secret[_-]?access[_-]?key$",
    "secret[._-]key$",
    "jaas[._-]config$",
    "^(?:proxy-)?authorization$",
    "^connection[_-]?string$",
  ].join("|"),
  "i",
);

/** Keys below which names are the user's data or types, not settings. */
const DATA_KEYS = new Set([
  "elements",
  "fields",
  "schema",
  "output_schema",
  "config_schema",
  "properties",
  "tests",
  "mock_inputs",
  "mock_outputs",
  // Names of fields, and what they are reduced by.
  "combine",
]);

/** Every secret of the file, in the file's order; two aliases of one text are one secret. */
export function secretsOf(document: BeamPipelineDocument): SecretSite[] {
  const found = new Map<number, SecretSite>();
  for (const site of document.values) {
    const state = stateOf(site, document.text);
    if (state && isSecretPlace(site) && !found.has(site.start))
      found.set(site.start, { site, name: bindingName(document, site.path), state });
  }
  return [...found.values()].sort((a, b) => a.site.start - b.site.start);
}

/** What a binding calls the value at `path`. */
export function bindingName(document: BeamPipelineDocument, path: ValuePath): string {
  const owner = ownerOf(document, path);
  if (!owner) return path.join(".");
  const config = [...owner.path, "config"];
  const inside = isBelow(path, config) ? config.length : owner.path.length;
  return [owner.name, ...path.slice(inside)].join(".");
}

/** Transforms by their paths, by the transforms of a document. */
const OWNERS = new WeakMap<readonly TransformSite[], ReadonlyMap<string, TransformSite>>();

/** The innermost transform around `path`. */
function ownerOf(document: BeamPipelineDocument, path: ValuePath): TransformSite | undefined {
  const known = OWNERS.get(document.transforms) ?? new Map(document.transforms.map((transform) => [keyOf(transform.path), transform]));
  OWNERS.set(document.transforms, known);
  // From the innermost outwards: a look at every transform for each value would take quadratic time.
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const owner = known.get(keyOf(path.slice(0, depth)));
    if (owner) return owner;
  }
  return undefined;
}

function stateOf(site: ValueSite, text: string): SecretSite["state"] | undefined {
  if (site.scalar === null || site.scalar === "") return "empty";
  if (site.scalar === undefined || typeof site.scalar === "boolean") return undefined;
  const own = text.slice(site.start, site.end);
  return hasJinja(own) && !holdsLiteral(own) ? undefined : "clear";
}

/** Among Jinja, a text that stands for a secret all the same: in a condition's branch, as a default, or as the password of a URL. */
function holdsLiteral(own: string): boolean {
  if (own.includes("{%")) return own.replaceAll(/\{[{%].*?[%}]\}|["'\s]|\b(?:bearer|basic)\b/gi, "") !== "";
  return (
    /\{\{[^}]*\bdefault\s*\(\s*["'][^"']+["']/.test(own) || URL_PASSWORD.test(own.replace(/^["']/, "").replaceAll(/\{\{[^}]*\}\}/g, "{}"))
  );
}

/** A URL with a password in it, that of JDBC among them, or a parameter of that name. Braces stand for what Jinja puts in. */
const URL_PASSWORD = /^(?:jdbc:)?[a-z][\w+.-]*:\/\/(?:[^/\s:@]+:[^/\s@{}]+@|\S*[?&;]password=[^&;\s{}])|(?:^|;)\s*password=[^;\s{}]/i;

function isSecretPlace({ path, scalar }: ValueSite): boolean {
  if (path.some((step) => typeof step === "string" && DATA_KEYS.has(step))) return false;
  if (typeof scalar === "string" && URL_PASSWORD.test(scalar)) return true;
  const [holder, last] = [path.at(-2), path.at(-1)];
  // A user and a password, as HTTP clients take them.
  if (last === 1 && typeof holder === "string" && /^(?:http_|basic_)?auth$/i.test(holder)) return true;
  return typeof last === "string" && SECRET_KEY.test(last);
}
