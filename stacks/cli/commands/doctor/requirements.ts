/** Checks of what the environment needs and does not create. */

import type { Core } from "#lib/environment/spec";
import type { Requirement } from "#lib/kube/requirement";
import type { Release } from "#lib/release/release";
import { checkable, missingText, verdictOn } from "../../missing-requirements";
import { count } from "../../output";
import { type Answer, failed, ok, type Question, warning } from "./finding";
import type { ClusterReader } from "./reader";

/** One question for each requirement that the API server knows about, and one for the rest. */
export function requirementQuestions(client: ClusterReader, environment: Core, release: Release): Question[] {
  const asked = checkable(release, environment);
  const others = environment.cluster.type === "embedded" ? [] : release.requires.filter((requirement) => !asked.includes(requirement));
  return [...asked.map((requirement) => question(client, requirement, release)), ...(others.length > 0 ? [outside(others, release)] : [])];
}

function question(client: ClusterReader, requirement: Requirement, release: Release): Question {
  return {
    id: `requires.${requirement.type}`,
    why: `it is for: ${requirement.purpose} (${requirement.sources.join(", ")})`,
    fix: "provide it before the run",
    ask: async (): Promise<Answer> => {
      const verdict = await verdictOn(client, requirement, release);
      const { state, fix } = verdict;
      const text = missingText(verdict);
      if (state === "there") return ok(text);
      if (state === "unknown") return warning(`${text}: you may not read it`, "ask somebody who may, or grant the permission");
      return requirement.type === "nodes" ? warning(`no ${text} now`, fix) : failed(`no ${text}`, fix);
    },
  };
}

function outside(others: readonly Requirement[], { environment }: Release): Question {
  return {
    id: "requires.outside",
    why: "pods fail at run time without them",
    fix: `see beamstack-iac validate ${environment}`,
    ask: () =>
      ok(
        `not checked, because they are outside of the cluster: ${count(others.length, "requirement")}; beamstack-iac validate ${environment} lists them`,
      ),
  };
}
