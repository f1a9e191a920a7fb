/** Where the provider gets Helm charts: from the repository that a component pins, or the mirror that BEAMSTACK_IAC_CHARTS names. */

import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { ReleaseChart } from "#lib/release/release";
import { refusal } from "./refusal";

/** The inputs of a `helm.v3.Release` that locate its chart. */
export interface ChartSource {
  readonly chart: string;
  /** @default the chart is a file or a full OCI address */
  readonly repositoryOpts?: { readonly repo: string };
}

/**
 * Locates the chart. `BEAMSTACK_IAC_CHARTS` is a folder of archives as `helm pull` writes them, or the address of a repository
 * with every chart under its own name. The provider reads each chart before it plans, so a preview needs it too.
 *
 * @throws RunError if the folder lacks the archive
 */
export function chartSource({ chart }: Pick<ReleaseChart, "chart">, mirror = process.env["BEAMSTACK_IAC_CHARTS"]): ChartSource {
  if (!mirror) return inRepository(chart.name, chart.repository);
  return mirror.includes("://") ? inRepository(chart.name, mirror.replace(/\/+$/, "")) : { chart: archive(chart, mirror) };
}

function inRepository(name: string, repository: string): ChartSource {
  return repository.startsWith("oci://") ? { chart: `${repository}/${name}` } : { chart: name, repositoryOpts: { repo: repository } };
}

function archive({ name, version, repository }: ReleaseChart["chart"], folder: string): string {
  // The program does not run in the user's working directory.
  if (!isAbsolute(folder))
    throw refusal(`BEAMSTACK_IAC_CHARTS is ${folder}; give the whole path of the folder, or the address of a repository`);
  const path = join(folder, `${name}-${version}.tgz`);
  if (existsSync(path)) return path;
  const from = repository.startsWith("oci://") ? `${repository}/${name}` : `${name} --repo ${repository}`;
  throw refusal(
    `BEAMSTACK_IAC_CHARTS names a folder without ${name}-${version}.tgz; where there is a network, run helm pull ${from} --version ${version} -d ${folder}`,
  );
}
