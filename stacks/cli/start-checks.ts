/** What must hold before `up` writes anything: the engine's settings, and what the cluster must have. One message has all of it. */

import { ConfigError, type Problem } from "#lib/core/problem";
import type { Core } from "#lib/environment/spec";
import type { Release } from "#lib/release/release";
import { KubeconfigError } from "../cluster/access";
import { UnreachableError } from "../cluster/reach";
import { engineProblems } from "../engine/first-run";
import { mayBeAway, withCluster } from "./cluster";
import { located } from "./located";
import { missingRequirements } from "./missing-requirements";

/**
 * Checks an environment that is about to be applied. An embedded one brings what it needs.
 *
 * @throws ConfigError with every problem
 * @throws UnreachableError if the cluster does not answer, and nothing else is wrong
 */
export async function requireStart(environment: Core, release: Release, ignoreMissing: boolean): Promise<void> {
  if (environment.cluster.type === "embedded") return;
  const own = engineProblems(environment);
  const missing = await missingIn(environment, release, own.length > 0);
  const refused = missing.filter(({ id }) => !ignoreMissing || id !== "cluster.requirement-missing");
  const problems = [...own, ...located(environment.name, refused)];
  if (problems.length > 0) throw new ConfigError(problems);
}

/** With other problems to report, a cluster that cannot be asked is one more. */
async function missingIn(environment: Core, release: Release, more: boolean): Promise<Problem[]> {
  if (mayBeAway()) return [];
  try {
    return await withCluster(environment, (client) => missingRequirements(client, environment, release));
  } catch (thrown) {
    if (more && (thrown instanceof KubeconfigError || thrown instanceof UnreachableError)) return [noAccess(thrown.message)];
    throw thrown;
  }
}

function noAccess(message: string): Problem {
  return {
    id: "cluster.no-access",
    path: "cluster",
    got: message,
    allowed: "a context of a kubeconfig whose cluster answers",
    fix: "correct cluster in the environment file, KUBECONFIG, or the network; kubectl config get-contexts lists the contexts",
  };
}
