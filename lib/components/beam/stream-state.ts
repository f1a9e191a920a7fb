/** What a stream with state keeps between its versions: a ConfigMap that only its submitters write, and their permission to. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import type { BeamSdkVersion } from "#lib/kube/beam-runner";
import type { BeamPipelineSettings } from "./schema";

/** How long all tasks of a new version run before it counts as running: two of Flink's heartbeats (10 s), and a checkpoint of ten seconds. */
const VERIFY_SECONDS = 30;

/** Name of the ConfigMap; `undefined` for a pipeline without state to keep. */
export function stateName(name: string, { upgrade }: BeamPipelineSettings, outcome: "finished" | "running"): string | undefined {
  return upgrade === "savepoint" && outcome === "running" ? `${name}-state` : undefined;
}

/** Problems of `stateReset`. */
export function stateResetProblems(
  { stateReset }: Pick<BeamPipelineSettings, "stateReset">,
  { path, state, sdk }: { readonly path: string; readonly state: string | undefined; readonly sdk: BeamSdkVersion },
): Problem[] {
  if (stateReset === undefined) return [];
  const problem = { path: `${path}.stateReset`, got: `"${stateReset}"` };
  return [
    ...(state === undefined
      ? [
          {
            ...problem,
            id: "beam.no-state-to-reset",
            allowed: 'a stream with upgrade: "savepoint"; no other pipeline starts from state',
            fix: "remove it",
          },
        ]
      : []),
    ...(stateReset === sdk
      ? []
      : [
          {
            ...problem,
            id: "beam.state-reset-of-other-sdk",
            allowed: `"${sdk}", the SDK of the pipeline's runner`,
            fix: `set it to "${sdk}", or remove it to keep the state`,
          },
        ]),
  ];
}

/** Where the state is kept. */
export interface StreamStateProps {
  /** Name of the ConfigMap. */
  readonly name: string;
  readonly namespace: string;
  /** ServiceAccount of the submitters. */
  readonly account: string;
}

/** The ConfigMap exists before its first submitter, which so needs no permission to create any. Its data is no part of the release. */
export class StreamState extends Construct {
  public constructor(scope: Construct, id: string, { name, namespace, account }: StreamStateProps) {
    super(scope, id);
    const metadata = { name, namespace };
    new k8s.KubeConfigMap(this, "Resource", { metadata });
    new k8s.KubeRole(this, "Role", {
      metadata,
      rules: [{ apiGroups: [""], resources: ["configmaps"], resourceNames: [name], verbs: ["get", "patch"] }],
    });
    new k8s.KubeRoleBinding(this, "RoleBinding", {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name: account, namespace }],
    });
  }
}

/** Fields of `settings.json` by which the submitter keeps state. */
export function stateSettings(state: string | undefined, { stateReset }: BeamPipelineSettings): JsonObject {
  return { verifySeconds: VERIFY_SECONDS, ...(state !== undefined && { state }), ...(stateReset !== undefined && { stateReset }) };
}
