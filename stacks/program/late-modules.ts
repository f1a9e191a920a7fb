/**
 * Loaded by Node.js before the SDK (`nodeargs` in `Pulumi.yaml`): what only serialised functions need, TypeScript and
 * npm's dependency tree, waits until it is asked for. It is half of what loading the SDK takes, and no
 * program of ours serialises a function.
 */

import Module, { createRequire } from "node:module";

/** Modules that `@pulumi/pulumi/runtime` requires at once. */
const LATE = ["@pulumi/pulumi/typescript-shim", "@npmcli/arborist"];

const sdk = createRequire(require.resolve("@pulumi/pulumi"));

for (const name of LATE) postpone(name);

/** Puts in the module's place one that loads it when a member is read. A module that is not installed stays the SDK's affair. */
function postpone(name: string): void {
  const path = resolved(name);
  if (path === undefined || sdk.cache[path]) return;
  const whole = (): object => {
    if (sdk.cache[path] === placeholder) delete sdk.cache[path];
    return sdk(path) as object;
  };
  const exports = new Proxy(
    {},
    {
      // Compiled imports copy the members of a module that is none of ECMAScript's: that would read them all.
      get: (_, member) => (member === "__esModule" ? true : Reflect.get(whole(), member)),
      has: (_, member) => Reflect.has(whole(), member),
    },
  );
  const placeholder = Object.assign(new Module(path), { filename: path, loaded: true, exports });
  sdk.cache[path] = placeholder;
}

function resolved(name: string): string | undefined {
  try {
    return sdk.resolve(name);
  } catch {
    return undefined;
  }
}
