/** The script in a plain tree's root: its folders in order, Helm releases where they belong. */

import { compareText } from "#lib/core/order";
import type { Release, ReleaseChart } from "#lib/release/release";
import { encryptedPath, valuesPath } from "./paths";
import { DEFINITIONS, isOfWorkloads, phaseFolder, phasesOf } from "./phases";

/** Seconds to wait until new kinds are known. */
const DEFINITIONS_SECONDS = 120;

const HEAD = `#!/bin/sh
# Applies this tree, folder by folder, to the cluster that kubectl and helm are set to. Run it again after any change.
set -eu
cd "$(dirname "$0")"
# A new CRD has no conditions yet, which kubectl treats as an error; a webhook refuses what refers to an object that its operator has not seen yet.
again() {
  for pause in 1 2 3 4; do
    "$@" && return
    sleep "$pause"
  done
  "$@"
}
`;

/** The commands that apply the plain tree of a release. */
export function applyScript(release: Release): string {
  const phases = phasesOf(release);
  const phaseOf = (entry: { readonly id: string }): number => phases.get(entry.id) ?? 0;
  const folders = [...new Set(phases.values())].sort((a, b) => a - b);
  const withObjects = new Set(release.objects.map(phaseOf));
  const lines = folders.flatMap((phase) => [
    ...(withObjects.has(phase) ? folderCommands(phase) : []),
    ...(phase === 0 ? decryptCommands(release) : []),
    ...release.helmReleases
      .filter((chart) => phaseOf(chart) === phase)
      .sort((a, b) => a.level - b.level || compareText(a.id, b.id))
      .map((chart) => helmCommand(chart, phaseFolder(phase))),
  ]);
  return `${HEAD}${lines.map((line) => `${line}\n`).join("")}`;
}

/** A Secret is decrypted on its way, and never stored. */
function decryptCommands({ files = [] }: Release): string[] {
  return files.map((file) => `${file.decrypt} ${encryptedPath(file)} | kubectl apply --server-side -f -`);
}

function folderCommands(phase: number): string[] {
  const folder = phaseFolder(phase);
  const apply = `kubectl apply --server-side -R -f ${folder}`;
  if (phase === DEFINITIONS)
    return [apply, `again kubectl wait --for=condition=Established --timeout=${DEFINITIONS_SECONDS}s -R -f ${folder}`];
  return [isOfWorkloads(phase) ? `again ${apply}` : apply];
}

function helmCommand(chart: ReleaseChart, folder: string): string {
  const { name, repository, version } = chart.chart;
  const from = repository.startsWith("oci://") ? [`${repository}/${name}`] : [name, "--repo", repository];
  const words = [
    ...["helm", "upgrade", "--install", chart.name, ...from, "--version", version],
    ...["--namespace", chart.namespace, "--values", `${folder}/${valuesPath(chart)}`, "--wait"],
  ];
  return words.map(shellWord).join(" ");
}

/** A word that the shell takes as it is: quoted unless nothing in it means anything to a shell. */
function shellWord(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
