/** Results as text: a line per row on the screen, and all of them as tables in `README.md`. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Findings, Row } from "./rows";

/** A row as a line. */
export function rowText({ what, objects, peer, medianSeconds, p90Seconds, peakMegabytes, ratio }: Row): string {
  return [
    (objects === undefined ? what : `${what}, ${objects} objects`).padEnd(26),
    peer.padEnd(34),
    `${medianSeconds.toFixed(3)} s`,
    `p90 ${p90Seconds.toFixed(3)} s`,
    `${peakMegabytes} MB`,
    `ours/peer ${ratio.toFixed(2)}`,
  ].join("  ");
}

/** A stored result. */
interface Kept extends Findings {
  readonly machine: Readonly<Record<string, string | number>>;
}

/** All results of a folder, the benchmarks in this order. */
export function reportOf(folder: string, names: readonly string[]): string {
  const kept = names
    .map((name) => ({ name, path: join(folder, `${name}.json`) }))
    .filter(({ path }) => existsSync(path))
    .map(({ name, path }) => section(name, JSON.parse(readFileSync(path, "utf8")) as Kept));
  return `# Results\n\nWritten by \`npm run bench\`; the figures of every run are in the files beside this one.\n\n${kept.join("\n")}`;
}

function section(name: string, { machine, notes, rows }: Kept): string {
  const { cores, model, gibibytes, system, node } = machine;
  const lines = [
    `## ${name}`,
    "",
    `${cores} cores (${model}), ${gibibytes} GiB, ${system}, Node ${node}`,
    "",
    ...notes.map((note) => `- ${note}`),
    "",
    ...table(
      ["what", "objects", "peer", "runs", "median s", "p90 s", "peak MB", "ours/peer", "x the size before"],
      rows.map((row) => [
        row.what,
        row.objects ?? "",
        row.peer,
        row.runs,
        row.medianSeconds.toFixed(3),
        row.p90Seconds.toFixed(3),
        row.peakMegabytes,
        row.ratio.toFixed(2),
        growth(row, rows),
      ]),
    ),
    "",
    ...inside(rows),
  ];
  return lines.join("\n");
}

/** Ratio to the next smaller size: equal to the ratio of sizes where time grows linearly. */
function growth({ what, peer, objects = 0, medianSeconds }: Row, rows: readonly Row[]): string {
  const smaller = rows.filter((row) => row.what === what && row.peer === peer && (row.objects ?? 0) < objects);
  const before = smaller.sort((a, b) => (b.objects ?? 0) - (a.objects ?? 0))[0];
  if (!before) return "";
  return `${(medianSeconds / before.medianSeconds).toFixed(1)} (size x ${(objects / (before.objects ?? 1)).toFixed(1)})`;
}

/** Where the time of the median run went, if it was measured. */
function inside(rows: readonly Row[]): string[] {
  const known = rows.filter(({ cpuSeconds }) => cpuSeconds !== undefined);
  if (known.length === 0) return [];
  const lines = known.map(({ what, objects, peer, cpuSeconds = {}, requests = {} }) => [
    what,
    objects ?? "",
    peer,
    listed(cpuSeconds, (value) => value.toFixed(1)),
    listed(requests, String),
  ]);
  return [
    "Processor seconds by part and requests for the objects by verb, of the median run:",
    "",
    ...table(["what", "objects", "peer", "processor seconds", "requests"], lines),
    "",
  ];
}

function listed(values: Readonly<Record<string, number>>, text: (value: number) => string): string {
  const entries = Object.entries(values).filter(([, value]) => value > 0);
  return entries.map(([key, value]) => `${key} ${text(value)}`).join(", ");
}

function table(head: readonly string[], lines: readonly (readonly (string | number)[])[]): string[] {
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`);
}
