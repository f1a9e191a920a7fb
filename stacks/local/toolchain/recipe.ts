/** How a module's programs are built: everything that decides what comes out, and the cache folder that follows from it. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, packageRoot } from "../files";
import { EMBEDDED_FILES, type EmbeddedFile, type ModuleName, VERSION_STAMPS } from "./parts";

/** What is built, from what, into where. */
export interface Recipe {
  /** For people: what is being built. */
  readonly name: string;
  /** Folder with `go.mod` and `go.sum`. */
  readonly source: string;
  readonly linkerFlags: string;
  /** Files of other modules that a program embeds. */
  readonly embedded: readonly EmbeddedFile[];
  /** Lowest Go that builds it: the module's own `go` line. */
  readonly go: string;
  /** Where finished programs are kept; another recipe has another folder. */
  readonly cache: string;
  /** Where the builder's lock is. */
  readonly lock: string;
}

/** Settings of every build. Nothing may change the committed pins, and the same source gives the same program on every machine. */
export const BUILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  GOFLAGS: "-mod=readonly -trimpath -buildvcs=false",
  GOTOOLCHAIN: "local",
  GOWORK: "off",
  CGO_ENABLED: "0",
};

/** Node's names of processors where Go has others. */
const GO_ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/** This machine, as Go names it. */
export const PLATFORM = `${process.platform}/${GO_ARCHITECTURES[process.arch] ?? process.arch}`;

/** For this machine and the oldest of its kind, whatever the shell or `go env -w` says: what is built is kept under this machine's name. */
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
