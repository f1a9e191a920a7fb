/** Checks of where the state of an environment is, and how secrets in it are encrypted. */

import type { Core } from "#lib/environment/spec";
import { chosenBackend, engineProblems } from "../../../engine/first-run";
import { failed, ok, type Question, warning } from "./finding";

/** Embedded environments bring both. */
export function engineQuestions(environment: Core): Question[] {
  if (environment.cluster.type === "embedded") return [];
  const problemOf = (id: string) => engineProblems(environment).find((problem) => problem.id === id);
  return [
    {
      id: "stack.backend",
      why: "everybody who changes the environment needs the same state",
      fix: "set PULUMI_BACKEND_URL, or backend.url in Pulumi.yaml, to a bucket or a service that your team shares",
      ask: () => {
        const problem = problemOf("engine.no-backend");
        if (problem) return failed(problem.got, problem.fix);
        const backend = (chosenBackend() ?? "").replace(/\/\/[^/@]*@/, "//");
        return backend.startsWith("file://") ? warning(`the state is on this machine only: ${backend}`) : ok(backend);
      },
    },
    {
      id: "stack.secrets",
      why: "the engine encrypts secrets in the state, and reads the state of no stack without its key",
      fix: "set PULUMI_CONFIG_PASSPHRASE_FILE",
      ask: () => {
        const problem = problemOf("engine.no-passphrase");
        return problem ? failed(problem.got, problem.fix) : ok("a passphrase or a secrets provider is set");
      },
    },
  ];
}
