/** Environments whose policies are evaluated: those of this package, and those of clusters that differ. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createPlatform } from "#charts/platform";
import { unwrap } from "#lib/core/problem";
import type { EnvironmentSpec } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import dev from "../../stacks/env/dev";
import local from "../../stacks/env/local";
import prod from "../../stacks/env/prod";
import staging from "../../stacks/env/staging";
import type { NetworkFacts } from "./facts";
import { products } from "./products";

const BASE = { name: "case", cluster: { type: "context", context: "any" } } as const;

const facts = [...products.values()];

function together(some: readonly NetworkFacts[]): Partial<EnvironmentSpec> {
  return Object.fromEntries(some.flatMap(({ everything = {} }) => Object.entries(everything)));
}

const everything = together(facts);

const OWN = facts
  .flatMap(({ environments = {} }) => Object.entries(environments))
  .map(([name, spec]): [string, EnvironmentSpec] => [name, { ...BASE, ...spec }]);

/** Environments by name. */
export const ENVIRONMENTS: Readonly<Record<string, EnvironmentSpec>> = {
  local: { ...local, operators: "helm" },
  dev,
  staging,
  prod,
  "everything, on any network": { ...BASE, ...everything },
  "everything, on Cilium": { ...BASE, ...everything, network: { policies: "cilium" } },
  "everything, webhooks in the host's network": {
    ...BASE,
    ...together(facts.filter(({ podNetworkOnly = false }) => !podNetworkOnly)),
    network: { webhooks: "host" },
  },
  "kubespray and OpenShift": {
    ...BASE,
    ...everything,
    network: {
      policies: "cilium",
      dns: [
        { type: "address", address: "169.254.25.10" },
        { type: "pods", namespace: "openshift-dns", port: 5353 },
      ],
    },
  },
  ...Object.fromEntries(OWN),
};

const files = new Map(facts.flatMap((one) => Object.entries(one.files ?? {})));
const platform = createPlatform();

/** The release of an environment, with its files. */
export function releaseOf(spec: EnvironmentSpec): Release {
  const text = (path: string) => files.get(path) ?? readFileSync(join(__dirname, "../../stacks/env", path), "utf8");
  return unwrap(platform.resolve(spec, { files: new Map(platform.filesOf(spec).map((path) => [path, text(path)])) })).release;
}
