/** Plain-text tables: columns as wide as their widest cell, no borders, colours added after the padding. */

/** One cell: its text and colour. */
export interface Cell {
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** Formats rows, with an optional header row first; lines have no trailing blanks. */
export function table(rows: readonly (readonly (string | Cell)[])[]): string {
  const cells = rows.map((row) => row.map(cellOf));
  const longest = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: longest }, (_, column) => Math.max(...cells.map((row) => row[column]?.text.length ?? 0)));
  return cells
    .map((row) => row.map((cell, column) => padded(cell, column === row.length - 1 ? 0 : (widths[column] ?? 0))).join("  "))
    .join("\n");
}

function cellOf(cell: string | Cell): Cell {
  // One row is one line: text from a cluster may contain anything.
  const { text, paint } = typeof cell === "string" ? { text: cell, paint: (plain: string) => plain } : cell;
  return { text: oneLine(text), paint };
}

/** Replaces control characters, including terminal escape sequences, with blanks. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

function padded({ text, paint }: Cell, width: number): string {
  return paint(text) + " ".repeat(Math.max(0, width - text.length));
}
