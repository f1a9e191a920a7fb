/** Packages with which the package of the folder `feedback` is tested. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../fixtures/command";

/** The pinned versions, with those of its tests and of a store of MLflow in a file. */
export function feedbackRequirements(): string[] {
  const pinned = readFileSync(join(ROOT, "feedback/requirements.txt"), "utf8")
    .split("\n")
    .filter((line) => /^[a-z]/.test(line));
  return [...pinned, "pytest==9.2.0", "sqlalchemy==2.1.9", "alembic==1.20.1"];
}
