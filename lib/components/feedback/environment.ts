/** Variables of the programs of a loop. */

import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import { registryEnvironment } from "#lib/kube/model-registry";
import type { LoopSettings } from "./schema";

/** Where a loop finds its password of the registry, unless it names another Secret. */
export function passwordOf(name: string): SecretRef {
  return secretRef(`${name}-registry`, "password");
}

/** Variables by the prop that sets them. */
export function loopVariables({ registry, login, model }: Pick<LoopSettings, "registry" | "login" | "model">, password: SecretRef) {
  return {
    registry: registryEnvironment(registry),
    login: login && { MLFLOW_TRACKING_USERNAME: login.user, MLFLOW_TRACKING_PASSWORD: password },
    model: { MODEL_NAME: model },
  };
}
