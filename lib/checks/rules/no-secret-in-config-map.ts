/** No secret hides in a ConfigMap. */

import { mapAt } from "../json-at";
import type { Rule } from "../rule";

/** Texts that are secrets whatever stands around them. Sources: the formats' own documentation. */
const SECRETS: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/],
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b/],
  ["a Google API key", /\bAIza[0-9A-Za-z_-]{35}\b/],
  ["a Slack token", /\bxox[abprs]-[0-9A-Za-z-]{10,}/],
  ["a JSON Web Token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ["a password in an address", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@$]{1,100}:[^\s/@${]{1,100}@/i],
];

/** Each kind of secret is told, its text is not. */
export const noSecretInConfigMap: Rule = {
  id: "no-secret-in-config-map",
  mirrors: ["KSV-0109", "C-0012"],
  allowed: "configuration without secrets",
  fix: "put the value into a Secret and reference its key",
  find: ({ ofKind }) =>
    ofKind("core/ConfigMap").flatMap((object) =>
      Object.entries(mapAt(object.manifest, "data")).flatMap(([key, text]) =>
        SECRETS.filter(([, pattern]) => pattern.test(String(text))).map(([what]) => ({ object, at: `data.${key}`, got: what })),
      ),
    ),
};
