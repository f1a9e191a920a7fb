/** Build recipe of a module's programs: all inputs that determine the result, and the cache folder derived from them. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, packageRoot } from "../files";
import { EMBEDDED_FILES, type EmbeddedFile, type ModuleName, VERSION_STAMPS } from "./parts";

/** Source, settings and output folder of a build. */
export interface Recipe {
  /** Name in messages. */
  readonly name: string;
  /** Folder with `go.mod` and `go.sum`. */
  readonly source: string;
  readonly linkerFlags: string;
  /** Files of other modules that a program embeds. */
  readonly embedded: readonly EmbeddedFile[];
  /** Minimum Go version: the module's own `go` line. */
  readonly go: string;
  /** Folder of finished programs; each recipe has its own. */
  readonly cache: string;
  /** Folder of the build lock. */
  readonly lock: string;
}

/** Settings of every build: never change the committed pins, and build the same program on every machine. */
export const BUILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  GOFLAGS: "-mod=readonly -trimpath -buildvcs=false",
  GOTOOLCHAIN: "local",
  GOWORK: "off",
  CGO_ENABLED: "0",
};

/** Node's architecture names that differ from Go's. */
const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/** This machine's platform in Go's terms. */
export const PLATFORM = `${process.platform}/${GO_ARCHITECTURES[process.arch] ?? process.arch}`;

/** Builds for this machine and the oldest CPU of its architecture, whatever the shell or `go env -w` sets: the cache key names only the architecture. */
export const TARGET_ENVIRONMENT: Readonly<Record<string, string>> = {
  GOOS: process.platform,
  GOARCH: GO_ARCHITECTURES[process.arch] ?? process.arch,
  GOAMD64: "v1",
  GOARM64: "v8.0",
};

/** The recipe of one of our modules. */
export function moduleRecipe(module: ModuleName): Recipe {
  const source = join(packageRoot(), "stacks", "local", "toolchain", "modules", module);
  return { ...recipe(module, source, VERSION_STAMPS[module]), embedded: EMBEDDED_FILES[module] ?? [] };
}

/**
 * The recipe of the module in a folder.
 *
 * @param stamps variables set by the linker, `<package>.<name>=<value>`
 */
export function recipe(name: string, source: string, stamps: readonly string[]): Recipe {
  const programs = readdirSync(source).filter((file) => file.endsWith(".go"));
  const [mod, sum, ...rest] = ["go.mod", "go.sum", ...programs].map((file) => readFileSync(join(source, file), "utf8"));
  const linkerFlags = ["-s", "-w", ...stamps.map((stamp) => `-X ${stamp}`)].join(" ");
  const all = JSON.stringify([mod, sum, ...rest, linkerFlags, BUILD_ENVIRONMENT, process.platform, process.arch]);
  const key = `${name}-${createHash("sha256").update(all).digest("hex").slice(0, 16)}`;
  return {
    name,
    source,
    linkerFlags,
    embedded: [],
    go: /^go (\d+\.\d+\.\d+)$/m.exec(mod ?? "")?.[1] ?? "1.24.0",
    cache: join(cacheFolder(), key),
    lock: join(cacheFolder(), "locks", key),
  };
}
