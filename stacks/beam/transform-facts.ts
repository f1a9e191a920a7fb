/** Facts about Beam's transforms, read from an installed Beam. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../local/files";

/** The text of `lib/imports/beam/transforms.json`. */
export function transformFacts(python: string): string {
  const script = join(packageRoot(), "stacks", "beam", "list-transforms.py");
  return execFileSync(python, [script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 16 * 1024 ** 2 });
}
