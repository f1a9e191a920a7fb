/** Parses and compares versions that programs print. */

const NUMBER = /(?<![\d.])v?(\d+\.\d+\.\d+)(?![\d.])/;

/** The first `major.minor.patch` in a program's output. */
export function parseVersion(output: string): string | undefined {
  return NUMBER.exec(output)?.[1];
}

/** Whether `version` is at least `from` and less than `below`. */
export function accepts([from, below]: readonly [string, string], version: string): boolean {
  return compareVersions(version, from) >= 0 && compareVersions(version, below) < 0;
}

/** Compares two `major.minor.patch` versions by their numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  for (const at of [0, 1, 2]) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
