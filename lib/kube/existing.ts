/** Operators that are on the cluster already: they are relied on, and nothing of theirs is created, changed or deleted. */

import type { IConstruct } from "constructs";
import { z } from "zod";
import type { Problem } from "#lib/core/problem";
import { labelNameSchema } from "#lib/core/schema";
import { operatorMode } from "./operator";
import type { ComponentPin } from "./pin";

const versionSchema = z.string().regex(/^v?\d+\.\d+(\.\d+)?$/, { error: "a version, such as 1.20.3" });

/** Props of an installation that exists. */
export const installationSchema = z.strictObject({
  /** Namespace of its pods. @default the chart's usual one */
  namespace: labelNameSchema.optional(),
  /** Its version, to be compared with the one that this package is tested with. @default unknown */
  version: versionSchema.optional(),
});

/** The prop `existing` of an operator. */
export const existingSchema = z.union([z.literal(true), installationSchema]);

/** An installation that exists. */
export type Installation = z.output<typeof installationSchema>;

/** The installation that the prop names; `undefined` where the operator is ours. */
export function installationOf<T extends Installation>(existing: true | T | undefined): Partial<T> | undefined {
  return existing === true ? {} : existing;
}

/** Is the operator of a prop used as it is? On an embedded control plane nothing exists: there it is simulated like any other. */
export function isForeign(scope: IConstruct, existing: true | Installation | undefined): boolean {
  return existing !== undefined && operatorMode(scope) === "helm";
}

/** Namespace of an installation, or where the chart is usually installed. */
export function installedIn(existing: true | Installation | undefined, usual: string): string {
  return installationOf(existing)?.namespace ?? usual;
}

/** What {@link existingProblems} looks at. */
export interface ExistingContext {
  readonly pin: ComponentPin;
  /** Path of the props in the file. */
  readonly path: string;
  /** Props that also mean something to an operator that exists. */
  readonly keeps: readonly string[];
}

/** Problems of an operator that exists: props of an installation that is not ours, and a version older than what we know. */
export function existingProblems(
  schema: z.ZodObject,
  settings: Readonly<Record<string, unknown>> & { readonly existing?: true | Installation | undefined },
  context: ExistingContext,
): Problem[] {
  const installation = installationOf(settings.existing);
  if (!installation) return [];
  const changed = Object.entries(schema.shape).filter(
    ([key, prop]) => key !== "existing" && !context.keeps.includes(key) && isChanged(prop as z.ZodType, settings[key]),
  );
  return [...changed.map(([key]) => withoutEffect(key, context)), ...oldVersion(installation, context)];
}

function isChanged(prop: z.ZodType, value: unknown): boolean {
  return JSON.stringify(prop.safeParse(undefined).data) !== JSON.stringify(value);
}

function withoutEffect(key: string, { path, keeps }: ExistingContext): Problem {
  return {
    id: "operators.without-effect-on-existing",
    path: `${path}.${key}`,
    got: `${key} of an installation that exists, which this environment does not change`,
    allowed: ["existing", ...keeps].join(", "),
    fix: `set it where the installation comes from, or remove existing to let this environment install it`,
  };
}

/** Newer minor versions keep the versions of kinds that older ones have; older ones may lack fields that we write. */
function oldVersion({ version }: Installation, { pin, path }: ExistingContext): Problem[] {
  const pinned = pin.chart?.version;
  if (version === undefined || pinned === undefined || minorOf(version) >= minorOf(pinned)) return [];
  return [
    {
      id: "operators.existing-version",
      severity: "warning",
      path: `${path}.existing.version`,
      got: `${version}, older than ${pinned}, with which this package is tested`,
      allowed: `${pinned} or newer`,
      fix: "upgrade the installation, or expect the API server to refuse fields that it does not know",
    },
  ];
}

function minorOf(version: string): number {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major * 1_000_000 + minor;
}
