/** Go modules on disk: from Go's module cache, downloaded if missing. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** The folder of a module in Go's cache, if present. Starts no process. */
export function cachedModule(module: string, version: string): string | undefined {
  const cache = process.env["GOMODCACHE"] ?? join(process.env["GOPATH"] ?? join(homedir(), "go"), "pkg", "mod");
  // Go writes an upper-case letter as "!" and the lower-case one: https://go.dev/ref/mod#goproxy-protocol
  const escaped = `${module}@${version}`.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
  const folder = join(cache, escaped);
  return existsSync(folder) ? folder : undefined;
}

/**
 * The folder of a module; downloads it if the cache lacks it.
 *
 * @throws if Go is missing or the registry does not serve the module
 */
export function goModule(module: string, version: string): string {
  return cachedModule(module, version) ?? download(module, version);
}

function download(module: string, version: string): string {
  const scratch = mkdtempSync(join(tmpdir(), "beamstack-iac-import-"));
  try {
    writeFileSync(join(scratch, "go.mod"), "module scratch\n");
    // The checksum database lacks some versions; the digests in origin.json verify the content.
    const env = { ...process.env, GOFLAGS: "-mod=mod", GONOSUMDB: "*" };
    const text = execFileSync("go", ["mod", "download", "-json", `${module}@${version}`], { cwd: scratch, env, encoding: "utf8" });
    const answer: { readonly Dir?: string } = JSON.parse(text);
    if (answer.Dir === undefined) throw new Error(`go mod download named no folder for ${module}@${version}`);
    return answer.Dir;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
