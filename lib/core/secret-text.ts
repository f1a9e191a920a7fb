/** Which texts are secrets: told by the name they stand under, or by their own form. A secret itself is never kept or shown. */

import { isJsonObject, type JsonObject, type JsonValue } from "./json";

/** A secret in a JSON value. */
export interface SecretPlace {
  /** Path, such as `spec.env[0]`. */
  readonly at: string;
  /** What kind of secret it is; never its text. */
  readonly what: string;
}

/** Names that hold a secret or several, after {@link words}. `token` alone is one; `pad_token`, `max_tokens` and `page_token` are not. */
const SECRET_NAME = new RegExp(
  [
    "(?:^|_)(?:passwd|password|passphrase|pwd|apikey)s?$",
    "(?:^|_)pass$",
    "(?:^|_)(?:api|private|secret|access|account|shared|signing|encryption|master|subscription|shared_access|sas|ssl)_keys?$",
    "(?:^|_)(?:client|app|shared|consumer|webhook|oauth)_secrets?$",
    "(?:^|_)basic_?auth$",
    "(?:^|_)(?:access|api|auth|bearer|refresh|session|sas|security|oauth|hf|hub|github|gitlab|slack|bot)_tokens?$",
    "^tokens?$",
    "secret_access_key$",
    "account_key_",
    "jaas_config$",
    "auth_user_info$",
    "^(?:proxy_)?authorization$",
    "(?:^|_)connection_strings?$",
  ].join("|"),
);

/** Environment variables: what ends like this holds the value, not its file or name. */
const SECRET_VARIABLE = /(?:passw(?:or)?d|passphrase|secret|token|api_?key|private_?key|access_?key|credentials?)$/i;

/** Does an environment variable of this name hold a secret? */
export function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name) || isSecretName(name);
}

/** A name in lower case with `_` between its words: `sslKeystorePassword`, `s3.secret-key`. */
function words(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z\d]+/g, "_")
    .toLowerCase();
}

/** Does a value of this name hold a secret? */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(words(name));
}

/** What a map below a secret's name says of the secret, after {@link words}: where it is, or its rules. */
const FACT_OF_SECRET = new RegExp(
  [
    "^(?:name|namespace|key|keys|secret|type|kind|path|file|ref|from|env|variable|store|provider|source|engine|field|property|audience|version)$",
    "^(?:user|username|id|enabled|optional|policy|mode|algorithm|encoding|format|pattern|title|description)$",
    "_(?:name|key|ref|from|path|file|url|id|type|class|store|policy|version)$",
  ].join("|"),
);

/** Does a map of this name hold a secret at this key, such as `tenant` of `api_keys`? Users and rules stand below `authorization` and `basic_auth`. */
export function isSecretKey(name: string, key: string): boolean {
  return isSecretName(name) && !/auth(?:orization)?$/.test(words(name)) && !FACT_OF_SECRET.test(words(key));
}

/** Is the item at this position of a list below a secret's name a secret? A user stands before the password of `basic_auth`. */
export function isSecretItem(name: string, position: number): boolean {
  return isSecretName(name) && (position === 1 || !/auth$/.test(words(name)));
}

/** Is this text, which stands under a secret's name, a secret, and no reference, number of tokens or file of a key? */
export function isSecretValue(name: string, text: string): boolean {
  if (isReference(text)) return false;
  const own = words(name);
  if (own === "tokens") return !/^[\d.]+$/.test(text);
  if (/(?:^|_)pass$/.test(own)) return !/^\d{1,3}$/.test(text);
  return !/ssl_keys?$/.test(own) || !/^[./~]|\.(?:pem|key|crt|p12|jks)$/.test(text);
}

/** A character that stands for text that is not known yet, such as what a template puts in. */
export const UNKNOWN_TEXT = "\ue000";

/** Texts that are secrets under any name: prefixes and lengths of the tokens of their issuers. */
const SECRET_FORMS: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b/],
  ["a GitLab token", /\bgl(?:pat|dt|rt|ptt)-[0-9A-Za-z_-]{20}/],
  ["a Google API key", /\bAIza[0-9A-Za-z_-]{35}\b/],
  ["a Slack token", /\bxox[abeoprs]-[0-9A-Za-z-]{10,}/],
  ["a Slack webhook", /hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{8,}/],
  // With a digit and a capital letter: names of models and jobs begin like it, too.
  ["an OpenAI key", /\bsk-(?=[\w-]*\d)(?=[\w-]*[A-Z])(?:proj-|svcacct-|ant-)?[A-Za-z0-9_-]{32,}/],
  ["a Stripe key", /\b[rs]k_live_[0-9A-Za-z]{16,}/],
  ["a Hugging Face token", /\bhf_[A-Za-z]{34}\b/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/],
  ["a PyPI token", /\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}/],
  ["a SendGrid key", /\bSG\.[\w-]{22}\.[\w-]{43}\b/],
  ["a Databricks token", /\bdapi[0-9a-f]{32}\b/],
  ["a DigitalOcean token", /\bdo[opr]_v1_[0-9a-f]{64}\b/],
  ["an age key", /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/],
  ["a JSON Web Token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ["a password in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'<>]{0,100}:(?![$<*])[^\s/:@"'<>{}\ue000]{1,200}@/i],
  [
    "a secret among parameters",
    // `password=password,` behind a blank is an argument of a call.
    /(?:^|[?&;,/]|\s(?![\w.-]+=[A-Za-z_.]+[,)]))(?:[\w.-]*(?:password|passwd|pwd)|api_?key|access_token|client_secret|accountkey|sharedaccesskey|sharedaccesssignature)=\\?["']?(?![$<*\\])[^\s"'&;{}()[\]\ue000]{1,}/i,
  ],
  ["a shared access signature", /[?&;]sig=[A-Za-z0-9%+/=]{20,}/i],
  ["credentials of HTTP", /\b(?:Bearer|Basic)\s+(?![$<{*])(?=[^\s"',]*[\d=])[A-Za-z0-9+/._~-]{16,}=*(?:$|["'\s,])/],
];

/** A secret in a text, by its form. */
export function secretForm(text: string): { readonly what: string; readonly index: number; readonly length: number } | undefined {
  for (const [what, pattern] of SECRET_FORMS) {
    const found = pattern.exec(text);
    if (found) return { what, index: found.index, length: found[0].length };
  }
  return undefined;
}

/** Every secret of a text that nobody could parse, by its position. */
export function secretsInText(text: string): { readonly what: string; readonly index: number }[] {
  const forms = SECRET_FORMS.flatMap(([what, pattern]) =>
    [...text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`))].map(({ index }) => ({ what, index })),
  );
  const names = NAMED.flatMap(({ pattern, holds }) =>
    [...text.matchAll(pattern)]
      // `password=password,` is an argument of a call.
      .filter(
        ([, name = "", literal = "", key = ""]) =>
          holds(name, key) && isSecretValue(name, literal) && literal !== name && isLiteral(literal, ""),
      )
      .map(({ index, 0: line, 1: name = "" }) => ({ what: `a plain value for ${name}`, index: index + line.indexOf(name) })),
  );
  return [...forms, ...names].sort((a, b) => a.index - b.index);
}

/** Not a secret, but a place where one is read from, or an empty value. */
export function isReference(value: string): boolean {
  return (
    value.trim() === "" ||
    /^\s*(?:Bearer |Basic )?(?:\$[({_]|\{\{|<|\*+$)|^(?:true|false|null|~)$/i.test(value) ||
    /^\$[A-Z_][A-Z\d_]*$/.test(value)
  );
}

/** Every secret of a JSON value, by name, by form, in arguments and in text blocks; `holder` is the name that the value stands under. */
export function secretPlaces(value: JsonValue | undefined, at = "", holder = ""): SecretPlace[] {
  if (typeof value === "string") return placesInText(value, at);
  if (Array.isArray(value)) return value.flatMap((_item, position) => placesOfItem(value, position, `${at}[${position}]`));
  if (!isJsonObject(value)) return [];
  const entries = Object.entries(value).filter(([key]) => !isKeyOfSecret(key, value));
  return [...placesOfVariable(value, at), ...entries.flatMap(([key, item]) => placesBelow({ holder, key, at: join(at, key) }, item))];
}

/** Beside a reference to a remote value, `secretKey` is the key of the Secret that gets it. */
function isKeyOfSecret(key: string, { remoteRef }: JsonObject): boolean {
  return key === "secretKey" && isJsonObject(remoteRef);
}

function join(at: string, key: string): string {
  return at === "" ? key : `${at}.${key}`;
}

interface Entry {
  readonly holder: string;
  readonly key: string;
  readonly at: string;
}

function placesBelow({ holder, key, at }: Entry, item: JsonValue | undefined): SecretPlace[] {
  if (isSecretName(key)) return placesNamed(key, item, at);
  return isSecretKey(holder, key) && !isJsonObject(item) && typeof item !== "number"
    ? placesNamed(holder, item, at)
    : secretPlaces(item, at, key);
}

/** Below a secret's name: a text or number, or a list or map of them. */
function placesNamed(name: string, item: JsonValue | undefined, at: string): SecretPlace[] {
  if (Array.isArray(item))
    return item.flatMap((each, position) =>
      isSecretItem(name, position) ? placesNamed(name, each, `${at}[${position}]`) : secretPlaces(each, `${at}[${position}]`),
    );
  const named = typeof item === "string" || typeof item === "number" ? isSecretValue(name, `${item}`) : false;
  return named ? [{ at, what: `a plain value for ${name}` }] : secretPlaces(item, at, name);
}

/** An item of a list; behind an argument that names a secret it is the secret. */
function placesOfItem(list: readonly JsonValue[], position: number, at: string): SecretPlace[] {
  const [option, item] = [list[position - 1], list[position]];
  return isSecretArgument(option, item) ? [{ at, what: `a plain value for ${option}` }] : secretPlaces(item, at);
}

/** Is `item`, which stands behind `option` in a list, the value of an argument that holds a secret? */
export function isSecretArgument(option: unknown, item: unknown): boolean {
  const name = typeof option === "string" ? /^--?([A-Za-z][\w.-]+)$/.exec(option)?.[1] : undefined;
  return name !== undefined && isSecretName(name) && typeof item === "string" && !item.startsWith("-") && isSecretValue(name, item);
}

/** `{ name, value }`, as containers have environment variables. */
function placesOfVariable({ name, value }: JsonObject, at: string): SecretPlace[] {
  if (typeof name !== "string" || typeof value !== "string" || !isSecretValue(name, value)) return [];
  return isSecretVariable(name) ? [{ at, what: `a plain value for ${name}` }] : [];
}

function placesInText(text: string, at: string): SecretPlace[] {
  const json = /^\s*[[{]/.test(text) ? parsedJson(text) : undefined;
  if (json !== undefined) return secretPlaces(json, at);
  const form = secretForm(text);
  if (form) return [{ at, what: form.what }];
  const names = [...text.matchAll(SETTING)].filter(
    ([, name = "", literal = ""]) => isSecretName(name) && isSecretValue(name, literal) && isLiteral(literal, text),
  );
  return [...new Set(names.map(([, name]) => name))].map((name) => ({ at, what: `a plain value for ${name}` }));
}

function parsedJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `key: value`, `key=value` or `--key=value` at the beginning of a line. */
const SETTING =
  /^[ \t]*(?:-[ \t]+)?(?:--?|export[ \t]+)?["']?([A-Za-z][\w.-]{2,100})["']?[ \t]*[:=][ \t]*["']?([^\s"',]{1,300})["']?,?[ \t]*$/gm;

/** Where a name and its value stand in a text that nobody could parse. */
const NAMED: readonly { readonly pattern: RegExp; readonly holds: (name: string, key: string) => boolean }[] = [
  { pattern: SETTING, holds: isSecretName },
  // A value of several words.
  {
    pattern: /^[ \t]*(?:-[ \t]+)?["']?([A-Za-z][\w.-]{2,100})["']?[ \t]*:[ \t]+["']?([^\s"'#][^"'\n#]{1,300}[ \t][^"'\n#]{1,300})["']?$/gm,
    holds: isSecretName,
  },
  // In brackets: `{ key: value, "key": "value" }`.
  {
    pattern: /(?<=[{,][ \t]*)["']?([A-Za-z][\w.-]{2,100})["']?[ \t]*:[ \t]*["']?([^\s"',]{1,300})["']?(?=[ \t]*[,}])/g,
    holds: isSecretName,
  },
  // A variable of a container.
  { pattern: /\bname["']?:[ \t]*["']?(\w{2,100})["']?,?\s+["']?value["']?:[ \t]*["']?([^\s"',]{1,300})/g, holds: isSecretVariable },
  // An argument and its value, as items of a list.
  { pattern: /["']?--?([A-Za-z][\w.-]{2,100})["']?(?:,[ \t]*|\s+-[ \t]+)["']?([^\s"',-][^\s"',]{0,300})/g, holds: isSecretName },
  // The first item of a list, in lines or in brackets.
  {
    pattern:
      /^[ \t]*(?:-[ \t]+)*["']?([A-Za-z][\w.-]{2,100})["']?[ \t]*:[ \t]*\r?\n[ \t]*(?:-[ \t]+){1,5}["']?([^\s"',:-][^\s"',:]{0,300})["']?[ \t]*$/gm,
    holds: (name) => isSecretItem(name, 0),
  },
  {
    pattern: /["']?([A-Za-z][\w.-]{2,100})["']?[ \t]*:[ \t]*(?:\[[ \t]*){1,5}["']?([^\s"',[\]]{1,300})/g,
    holds: (name) => isSecretItem(name, 0),
  },
  // The first entry of a map, in lines or in brackets; a number there is a rule.
  {
    pattern:
      /["']?([A-Za-z][\w.-]{2,100})["']?[ \t]*:[ \t]*(?:\r?\n[ \t]+|\{\s*)(?=["']?[\w.-]+["']?[ \t]*:(?:[ \t]*\r?\n[ \t]*-)?[ \t]*["']?([^\s"',{}[\]]{0,299}[^\s"',{}[\]\d]))["']?([A-Za-z][\w.-]{0,100})/g,
    holds: isSecretKey,
  },
];

/** Not a name, a call or a template's expression; a text of a single line is an argument, whose value may be a word. */
function isLiteral(literal: string, text: string): boolean {
  if (isReference(literal) || /[(){}[\]\ue000]|^[|>&*!]/.test(literal)) return false;
  return !text.includes("\n") || !/^[A-Za-z_.]+$/.test(literal);
}
