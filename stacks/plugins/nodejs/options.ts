/** The `runtime.options` of a project file, as the official Node.js host reads them. */

import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** Supported package managers. */
const PACKAGE_MANAGERS = ["npm", "pnpm", "yarn", "bun"] as const;

/** One of {@link PACKAGE_MANAGERS}. */
type PackageManager = (typeof PACKAGE_MANAGERS)[number];

/** Options with their defaults filled in. */
export interface RuntimeOptions {
  /** Whether the program is TypeScript source, compiled while it runs. */
  readonly typescript: boolean;
  /** Path of the compiler's configuration. @default the SDK's choice */
  readonly tsconfig?: string;
  /** Arguments of `node` itself. */
  readonly nodeArguments: readonly string[];
  readonly packageManager: PackageManager;
}

/**
 * Parses the options. Official rule: a value of the wrong type is an error, unknown names are not.
 *
 * @throws TypeError that names the option
 */
export function runtimeOptions(info: ProgramInfo | undefined): RuntimeOptions {
  const given = info?.getOptions()?.toJavaScript() ?? {};
  const typescript = optional(given["typescript"], isBoolean, "typescript option must be a boolean");
  const tsconfig = optional(given["tsconfig"], isText, "tsconfig option must be a string");
  const nodeargs = optional(given["nodeargs"], isText, "nodeargs option must be a string");
  const packageManager = optional(
    given["packagemanager"],
    isPackageManager,
    `packagemanager option must be one of ${PACKAGE_MANAGERS.join(", ")}`,
  );
  return {
    typescript: typescript ?? true,
    tsconfig,
    nodeArguments: splitWords(nodeargs ?? ""),
    packageManager: packageManager ?? "npm",
  };
}

function optional<T>(value: unknown, is: (value: unknown) => value is T, complaint: string): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (!is(value)) throw new TypeError(`${complaint}, got ${JSON.stringify(value)}`);
  return value;
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isPackageManager(value: unknown): value is PackageManager {
  return PACKAGE_MANAGERS.some((known) => known === value);
}

/** Splits words as a shell does: blanks separate, quotes group. */
export function splitWords(text: string): string[] {
  const words = text.match(/(?:[^\s"']+|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
      (_, double?: string, single?: string) => double?.replace(/\\(.)/g, "$1") ?? single ?? "",
    ),
  );
}
