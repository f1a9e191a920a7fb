/** Rules on routers that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { LlmSettings } from "./llm-schema";

/** Problems of a model with a router; none without one. */
export function routerProblems(settings: LlmSettings, path: string): Problem[] {
  if (!settings.router) return [];
  return [...rolloutProblems(settings, path), ...templateProblems(settings, path)];
}

/** Sources: KServe v0.20.0, workload_single_node.go and workload_multi_node.go; the defaults of Deployments and of LeaderWorkerSets. */
function rolloutProblems({ nodes, rollout }: LlmSettings, path: string): Problem[] {
  const allowed = nodes > 1 ? "replace" : "surge";
  if (rollout === allowed) return [];
  return [
    {
      id: "kserve.router-rollout",
      path: `${path}.rollout`,
      got: `"${rollout}" of a model with a router on ${nodes === 1 ? "one node" : `${nodes} nodes`}`,
      allowed: `"${allowed}": KServe makes the ${nodes > 1 ? "LeaderWorkerSet" : "Deployment"} of such a model, and leaves it at its default`,
      fix: `set rollout to "${allowed}", or remove router`,
    },
  ];
}

/** Source: KServe v0.20.0, config_merge.go, ReplaceVariables. */
function templateProblems({ env }: LlmSettings, path: string): Problem[] {
  return Object.entries(env)
    .filter(([, value]) => typeof value === "string" && value.includes("{{"))
    .map(([name]) => ({
      id: "kserve.router-template",
      path: joinPath(`${path}.env`, [name]),
      got: "a value with {{",
      allowed: "values without {{: KServe fills in the object of a model with a router as a template",
      fix: "put the value into a Secret, and refer to its key",
    }));
}

/** A model with a router, by its path in the file. */
export interface RoutedHost {
  readonly path: string;
  readonly through: NonNullable<LlmSettings["router"]>["through"];
}

/** Of a second model at one host of one Gateway: the routes are equal, and the older one gets all requests. Source: Gateway API v1.6.3, HTTPRouteRule. */
export function sharedHostProblems(model: RoutedHost, others: readonly RoutedHost[]): Problem[] {
  const first = others.find((other) => hostOf(other) === hostOf(model));
  return first ? [sharedHost(model, first)] : [];
}

function hostOf({ through: { namespace, name, host } }: RoutedHost): string {
  return `${namespace}/${name} ${host}`;
}

function sharedHost({ path, through }: RoutedHost, first: RoutedHost): Problem {
  return {
    id: "kserve.router-same-host",
    path: `${path}.router.through.host`,
    got: `${through.host}, the host of ${first.path}`,
    allowed: "a host of its own for each model: the gateway tells models apart by the host",
    fix: "choose another host",
  };
}
