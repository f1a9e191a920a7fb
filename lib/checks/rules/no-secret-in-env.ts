/** No secret stands as plain text in an environment variable. */

import { listAt } from "../json-at";
import { containerRule } from "../pod-rule";

/** Variable names that hold a secret's value, not its location or name. */
const SECRET = /(?:passw(?:or)?d|secret|token|api_?key|private_?key|access_?key|credentials?)$/i;

/** A reference to a Secret's key is the way. */
export const noSecretInEnv = containerRule(
  {
    id: "no-secret-in-env",
    mirrors: ["CKV_K8S_35", "KSV-0109", "C-0012"],
    allowed: "valueFrom.secretKeyRef for a variable of such a name",
    fix: "put the value into a Secret and reference its key",
  },
  ({ container }) =>
    listAt(container, "env").flatMap(({ name, value }, position) =>
      SECRET.test(String(name)) && typeof value === "string" && value !== ""
        ? [{ at: `env[${position}]`, got: `a plain value for ${name}` }]
        : [],
    ),
);
