/** Whether another run holds the lock of the stack. */

import { hostname } from "node:os";
import { isStale, readLocks } from "../../../engine/locks";
import { ok, type Question, warning } from "./finding";

/** The next run removes the lock of a dead process and waits for any other. */
export function lockQuestion(folder: string | undefined, environment: string): Question {
  return {
    id: "stack.lock",
    why: "two runs at once would overwrite each other's state",
    fix: `wait for the other run; if it is dead, run pulumi cancel --stack ${environment}`,
    ask: () => {
      if (folder === undefined) return ok("the state is not on this machine: its backend keeps the lock");
      const locks = readLocks(folder);
      const held = locks.filter((lock) => !isStale(lock));
      const [first] = held;
      if (first)
        return warning(
          `held by process ${first.pid} of ${first.user} on ${first.host === hostname() ? "this host" : first.host} since ${first.since}`,
        );
      return ok(locks.length > 0 ? "held by a dead process; the next run removes it" : "free");
    },
  };
}
