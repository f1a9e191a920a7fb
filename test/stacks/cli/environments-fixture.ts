/** Environments that tests of commands see in place of the files in stacks/env. */

import { createPlatform, type Resolved } from "#charts/platform";
import type { Result } from "#lib/core/problem";
import type { EnvironmentSpec } from "#lib/environment/spec";

/** Stands in for `#stacks/environments`. */
export function fakeEnvironments(specs: Readonly<Record<string, EnvironmentSpec>>) {
  return {
    environmentNames: (): string[] => Object.keys(specs),
    allEnvironments: () => ({ ok: true, value: Object.keys(specs), warnings: [] }),
    loadEnvironment: (name: string): Result<Resolved> => {
      const spec = specs[name];
      if (spec) return createPlatform().resolve(spec);
      return { ok: false, problems: [{ id: "environment.unknown", path: name, got: name, allowed: "a name", fix: "name one" }] };
    },
  };
}
