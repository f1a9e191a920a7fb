/** Packages with which the package of the folder `feedback` is tested. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../fixtures/command";

/** For a store of MLflow in a file. */
const STORE = ["sqlalchemy==2.1.9", "alembic==1.20.1"];

/** The pinned versions, with those of its tests and of the store. */
export function feedbackRequirements(): string[] {
  return [...pinned(), "pytest==9.2.0", ...STORE];
}

/** What the gate and a rollout need: no tables. */
export function rolloutRequirements(): string[] {
  return [...pinned().filter((line) => /^(?:mlflow-skinny|prometheus-client)==/.test(line)), ...STORE];
}

function pinned(): string[] {
  return readFileSync(join(ROOT, "feedback/requirements.txt"), "utf8")
    .split("\n")
    .filter((line) => /^[a-z]/.test(line));
}
