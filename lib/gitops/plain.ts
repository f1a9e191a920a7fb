/** A release as a tree of plain files: one per object, for `kubectl apply` or any tool that applies folders. */

import { compareText } from "#lib/core/order";
import type { Problem, Result } from "#lib/core/problem";
import type { Release } from "#lib/release/release";
import { applyScript } from "./apply-script";
import { chartNameProblems, encryptedPath, nameProblems, objectPath, valuesPath } from "./paths";
import { phaseFolder, phasesOf } from "./phases";
import { toYaml, UnwritableError } from "./yaml";

/** Text of each file by its path, sorted by path; forward slashes, relative, never leaving the tree. */
export type FileTree = ReadonlyMap<string, string>;

/** A file, and what it is made for. */
interface TreeFile {
  readonly path: string;
  readonly text: () => string;
  readonly id: string;
  readonly source: string;
}

/**
 * The plain tree of a release. Folders are numbered by phase, so that applying them in order meets every edge;
 * `apply.sh` in its root does that, Helm releases included. `kubectl apply --server-side -R -f` reads every object.
 */
export function plainTree(release: Release): Result<FileTree> {
  const unsafe = [
    ...release.objects.flatMap(({ manifest, source }) => nameProblems(manifest, source)),
    ...release.helmReleases.flatMap(chartNameProblems),
  ];
  if (unsafe.length > 0) return { ok: false, problems: unsafe };
  const files = filesOf(release);
  const texts = files.map(textOf);
  const problems = [...clashes(files), ...texts.flatMap((text) => (typeof text === "string" ? [] : [text]))];
  if (problems.length > 0) return { ok: false, problems };
  const entries = files.map(({ path }, position): [string, string] => [path, String(texts[position])]);
  const script: [string, string] = ["apply.sh", applyScript(release)];
  return { ok: true, value: new Map([...entries, script].sort(([a], [b]) => compareText(a, b))), warnings: release.problems };
}

function filesOf(release: Release): TreeFile[] {
  const phases = phasesOf(release);
  const at = (id: string, path: string): string => `${phaseFolder(phases.get(id) ?? 0)}/${path}`;
  return [
    ...release.objects.map(({ id, source, manifest }) => ({
      id,
      source,
      path: at(id, objectPath(manifest)),
      text: () => toYaml(manifest),
    })),
    ...release.helmReleases.map((chart) => ({
      id: chart.id,
      source: chart.source,
      path: at(chart.id, valuesPath(chart)),
      text: () => toYaml(chart.values),
    })),
    ...(release.files ?? []).map((file) => ({ id: file.id, source: file.source, path: encryptedPath(file), text: () => file.text })),
  ];
}

function textOf(file: TreeFile): string | Problem {
  try {
    return file.text();
  } catch (thrown) {
    if (!(thrown instanceof UnwritableError)) throw thrown;
    return {
      id: "gitops.unwritable-value",
      path: file.source,
      got: `${thrown.what} at ${thrown.path.map((key) => JSON.stringify(key)).join(".")} of ${file.id}`,
      allowed: "valid Unicode text and finite numbers",
      fix: "replace it with valid text or a finite number",
    };
  }
}

/** Some file systems do not tell upper case from lower case: two such paths would be one file. */
function clashes(files: readonly TreeFile[]): Problem[] {
  const first = new Map<string, TreeFile>();
  return files.flatMap((file) => {
    const key = file.path.toLowerCase();
    const other = first.get(key);
    if (!other) first.set(key, file);
    return other ? [clash(file, other)] : [];
  });
}

function clash(file: TreeFile, other: TreeFile): Problem {
  return {
    id: "gitops.same-path",
    path: file.source,
    got: `${file.id}, whose file ${file.path} is also that of ${other.id}`,
    allowed: "names that differ in more than case",
    fix: "rename one of the two",
  };
}
