/**
 * Loaded by Node.js before the SDK (`nodeargs` in `Pulumi.yaml`): what only serialised functions, programs that run other programs,
 * tracing and readers of other languages need waits until it is asked for. It is more than half of what loading the SDK takes.
 */

import Module, { createRequire } from "node:module";

/** Modules that are required at once by the package they stand below, and what they are: an object of members, or one function. */
const LATE: Readonly<Record<string, Readonly<Record<string, "members" | "function">>>> = {
  "@pulumi/pulumi": {
    "@pulumi/pulumi/typescript-shim": "members",
    "@pulumi/pulumi/automation": "members",
    "@npmcli/arborist": "members",
    "normalize-package-data": "function",
    "@opentelemetry/exporter-zipkin": "members",
    "@opentelemetry/instrumentation": "members",
    "@opentelemetry/instrumentation-grpc": "members",
    "@opentelemetry/resources": "members",
    "@opentelemetry/sdk-trace-base": "members",
    "@opentelemetry/sdk-trace-node": "members",
  },
  zod: { "zod/v4/locales": "members" },
};

// The engine is on this machine. The SDK's gRPC would ask the proxy of `https_proxy` for it, other than the engine's own.
process.env["no_grpc_proxy"] ||= "127.0.0.1,localhost";

for (const [name, modules] of Object.entries(LATE)) {
  const owner = createRequire(require.resolve(name));
  for (const [module, shape] of Object.entries(modules)) postpone(owner, module, shape);
}

/** Puts in the module's place one that loads it when it is used. A module that is not installed stays its owner's affair. */
function postpone(owner: NodeJS.Require, name: string, shape: "members" | "function"): void {
  const path = resolved(owner, name);
  if (path === undefined || owner.cache[path]) return;
  const whole = (): object => {
    if (owner.cache[path] === placeholder) delete owner.cache[path];
    return owner(path) as object;
  };
  const exports = new Proxy(() => undefined, {
    apply: (_, self, args) => Reflect.apply(whole() as () => unknown, self, args),
    // Compiled imports copy the members of a module that is none of ECMAScript's, and call the default of one that is: the first would read all.
    get: (_, member) => (member === "__esModule" ? shape === "members" : Reflect.get(whole(), member)),
    has: (_, member) => Reflect.has(whole(), member),
    ownKeys: () => Reflect.ownKeys(whole()),
    getOwnPropertyDescriptor: (_, member) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(whole(), member);
      // The language allows a proxy to show what its target does not have only as configurable.
      return descriptor && { ...descriptor, configurable: true };
    },
  });
  const placeholder = Object.assign(new Module(path), { filename: path, loaded: true, exports });
  owner.cache[path] = placeholder;
}

function resolved(owner: NodeJS.Require, name: string): string | undefined {
  try {
    return owner.resolve(name);
  } catch {
    return undefined;
  }
}
