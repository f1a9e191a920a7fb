/** Environments that tests of commands see in place of the files in stacks/env. */

import type { Result } from "#lib/core/problem";
import { resolve } from "#lib/environment/resolve";
import type { Environment, EnvironmentSpec } from "#lib/environment/spec";

/** Stands in for `#stacks/environments`. */
export function fakeEnvironments(specs: Readonly<Record<string, EnvironmentSpec>>) {
  return {
    environmentNames: (): string[] => Object.keys(specs),
    allEnvironments: () => ({ ok: true, value: Object.keys(specs), warnings: [] }),
    loadEnvironment: (name: string): Result<Environment> => {
      const spec = specs[name];
      if (spec) return resolve(spec, { files: new Map() });
      return { ok: false, problems: [{ id: "environment.unknown", path: name, got: name, allowed: "a name", fix: "name one" }] };
    },
  };
}
