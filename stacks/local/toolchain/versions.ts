/** Versions of programs as they print them, and whether one will do. */

const NUMBER = /(?<![\d.])v?(\d+\.\d+\.\d+)(?![\d.])/;

/** The first `major.minor.patch` in what a program printed. */
export function parseVersion(output: string): string | undefined {
  return NUMBER.exec(output)?.[1];
}

/** Is `version` at or above `from`, and below `below`? */
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
