/** Tables of plain text: columns as wide as their widest cell, no borders, colour added after the padding. */

/** One cell: its text, and how it is painted. */
export interface Cell {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** Rows of cells, one below the other, a header row first where there is one; no line ends in blanks. */
export function table(rows: readonly (readonly (string | Cell)[])[]): string {
  const cells = rows.map((row) => row.map(cellOf));
  const longest = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: longest }, (_, column) => Math.max(...cells.map((row) => row[column]?.text.length ?? 0)));
  return cells
    .map((row) => row.map((cell, column) => padded(cell, column === row.length - 1 ? 0 : (widths[column] ?? 0))).join("  "))
    .join("\n");
}

function cellOf(cell: string | Cell): Cell {
  // One row is one line: what comes from a cluster may hold anything.
  const { text, paint } = typeof cell === "string" ? { text: cell, paint: (plain: string) => plain } : cell;
  return { text: oneLine(text), paint };
}

/** Control characters, escape sequences of a terminal among them, become blanks. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

function padded({ text, paint }: Cell, width: number): string {
  return paint(text) + " ".repeat(Math.max(0, width - text.length));
}
