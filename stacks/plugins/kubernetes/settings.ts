/** The provider's configuration: what `Configure` is given, else what the environment says, else the default. */

import { isJsonObject, type JsonObject } from "#lib/core/json";
import type { KubeconfigChoice } from "#stacks/cluster/kubeconfig";

/** Everything that can be set. Names are those of pulumi-kubernetes. */
export interface Settings {
  /** Text of a kubeconfig, or the path of one; empty: the usual places. */
  readonly kubeconfig: string;
  readonly choice: KubeconfigChoice;
  /** Namespace of objects that name none; empty: that of the context. */
  readonly namespace: string;
  readonly enablePatchForce: boolean;
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
  readonly upsertExistingObjects: boolean;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly client: ClientSettings;
}

/** `kubeClientSettings`; without them requests are not rationed. */
interface ClientSettings {
  readonly qps?: number;
  readonly burst?: number;
  readonly timeoutSeconds?: number;
}

const PREFIX = "kubernetes:config:";

/**
 * Reads the settings.
 *
 * @param variables as the engine gives them: `kubernetes:config:<name>`, every value a text
 * @throws for what is set but not supported, or no number
 */
export function readSettings(variables: ReadonlyMap<string, string>, env: NodeJS.ProcessEnv): Settings {
  const text = (name: string) => variables.get(`${PREFIX}${name}`) ?? "";
  const flag = (name: string, variable: string) => (variables.get(`${PREFIX}${name}`) ?? env[variable]) === "true";
  refuseUnsupported((name, variable) => variables.get(`${PREFIX}${name}`) ?? env[variable]);
  return {
    kubeconfig: text("kubeconfig"),
    choice: {
      ...(text("context") !== "" && { context: text("context") }),
      ...(text("cluster") !== "" && { cluster: text("cluster") }),
    },
    namespace: text("namespace"),
    enablePatchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    enableConfigMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    enableSecretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    client: clientSettings(text("kubeClientSettings"), env),
  };
}

/** Two ways of working that only the official provider has. */
function refuseUnsupported(value: (name: string, variable: string) => string | undefined): void {
  if (value("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY") === "false") {
    throw new Error("enableServerSideApply: false is not supported by this provider; leave it unset, or install the official provider");
  }
  if (value("renderYamlToDirectory", "") || value("alwaysRender", "") === "true") {
    throw new Error("renderYamlToDirectory is not supported by this provider; use `beamstack-iac synth`, or install the official provider");
  }
}

function clientSettings(json: string, env: NodeJS.ProcessEnv): ClientSettings {
  const given = parseSettings(json);
  const number = (name: string, variable: string) => {
    const value = given[name] ?? env[variable];
    if (value === undefined || value === "") return undefined;
    if (!Number.isFinite(Number(value))) throw new Error(`invalid value specified for ${variable} or kubeClientSettings.${name}: ${value}`);
    return Number(value);
  };
  const qps = number("qps", "PULUMI_K8S_CLIENT_QPS");
  const burst = number("burst", "PULUMI_K8S_CLIENT_BURST");
  const timeoutSeconds = number("timeout", "PULUMI_K8S_CLIENT_TIMEOUT");
  return {
    ...(qps !== undefined && { qps }),
    ...(burst !== undefined && { burst }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  };
}

function parseSettings(json: string): JsonObject {
  if (json === "") return {};
  try {
    const value: unknown = JSON.parse(json);
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw new Error("failed to unmarshal kubeClientSettings option", { cause: error });
  }
  throw new Error("kubeClientSettings is no object");
}
