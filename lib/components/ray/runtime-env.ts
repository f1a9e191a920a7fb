/** A runtime environment in Ray's words. Source: Ray documentation, "Environment dependencies". */

import type { JsonObject } from "#lib/core/json";
import type { RuntimeEnvSettings } from "./schema";

/** The environment; `undefined` for that of the image. */
export function runtimeEnv({ workingDir, pyModules, pip, envVars }: RuntimeEnvSettings): JsonObject | undefined {
  const environment = {
    ...(workingDir !== undefined && { working_dir: workingDir }),
    ...(pyModules.length > 0 && { py_modules: [...pyModules] }),
    ...(pip.length > 0 && { pip: [...pip] }),
    ...(Object.keys(envVars).length > 0 && { env_vars: { ...envVars } }),
  };
  return Object.keys(environment).length > 0 ? environment : undefined;
}
