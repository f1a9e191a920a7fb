/** What a rollout needs: settings, and permissions on the objects of the service. */

import { k8s } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { canonicalJson } from "#lib/core/json";
import type { IMetricsStore } from "#lib/kube/monitoring";
import { type IVersionedService, versionFacts, versionRules } from "#lib/kube/versioned-service";
import type { RolloutSettings } from "./schema";

/** Time between two looks: pods that fail get requests no longer than this, and the time between two scrapes. */
const LOOK_SECONDS = 30;

/** Variables of the program that rolls versions out. */
export function rolloutVariables(loop: string, settings: RolloutSettings, metrics: Pick<IMetricsStore, "url">): Record<string, string> {
  const { service, steps, hold, requests, errors, latency, within } = settings;
  if (!service.versions) return {};
  const plan = { steps: [...steps], hold: hold.seconds, requests, errors, seconds: latency.seconds, within: within.seconds };
  return {
    LOOP: loop,
    EVERY_SECONDS: `${LOOK_SECONDS}`,
    PROMETHEUS_URL: metrics.url,
    ROLLOUT_PLAN: canonicalJson(plan),
    ROLLOUT_SERVICE: canonicalJson(versionFacts(service.namespace, service.versions)),
  };
}

/** Lets an account change what its service serves, in the namespace of the service. */
export function bindRollout(
  scope: Construct,
  { namespace, versions }: IVersionedService,
  account: { readonly name: string; readonly namespace: string },
): void {
  if (!versions) return;
  const part = new Construct(scope, "Service");
  const metadata = { name: `feedback.${account.namespace}.${account.name}`, namespace };
  new k8s.KubeRole(part, "Role", { metadata, rules: versionRules(versions) });
  new k8s.KubeRoleBinding(part, "RoleBinding", {
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
    subjects: [{ kind: "ServiceAccount", ...account }],
  });
}
