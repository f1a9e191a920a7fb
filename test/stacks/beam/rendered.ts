/** A pipeline's objects, laid out as its pod would have them. */

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unwrap } from "#lib/core/problem";
import { type RenderProps, renderObjects } from "#stacks/beam/render-objects";
import { type LoopbackAddresses, loopbackCommand, writeVolume } from "#stacks/beam/submitter";

/** A command line and the folder that it belongs into. */
export interface LaidOut {
  readonly command: readonly string[];
  readonly folder: string;
  /** Name of the Job and of the job in Flink. */
  readonly name: string;
}

/** Renders a pipeline, writes its volume below `parent`, and puts loopback addresses into its command line. */
export function layOut(
  {
    checkpoints,
    verifySeconds,
    ...pipeline
  }: RenderProps["pipeline"] &
    Pick<RenderProps["flink"], "checkpoints"> & {
      /** @default as a pod has it */
      readonly verifySeconds?: number;
    },
  at: { readonly parent: string; readonly addresses: LoopbackAddresses; readonly secrets?: Readonly<Record<string, string>> },
): LaidOut {
  const versions = { beamSdk: "2.77.0", flinkVersion: "2.2", python: "3.11" } as const;
  const objects = unwrap(
    renderObjects({ name: "sample", pipeline, flink: { name: "main", versions, ...(checkpoints && { checkpoints }) } }),
  );
  const [job, configMap] = ["Job", "ConfigMap"].map((kind) => objects.find((object) => object.kind === kind));
  if (!job || !configMap) throw new Error("a pipeline without its objects");
  const folder = mkdtempSync(join(at.parent, "volume-"));
  writeVolume({ job, configMap }, folder, (secret, key) => at.secrets?.[`${secret}/${key}`] ?? "");
  if (verifySeconds !== undefined) {
    const path = join(folder, "settings.json");
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), verifySeconds }));
  }
  return { command: loopbackCommand(job, at.addresses), folder, name: job.metadata.name };
}
