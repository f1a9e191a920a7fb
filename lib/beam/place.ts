/** Positions in a file as people count them. */

/** A place in a file, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const BREAK = /\r\n|[\n\r\x85\u2028\u2029]/g;

/** Turns positions of a text into places; the text is searched once. */
export function placesOf(text: string): (position: number) => Place {
  const starts = [text.startsWith("\ufeff") ? 1 : 0, ...[...text.matchAll(BREAK)].map((found) => found.index + found[0].length)];
  return (position) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: position - (starts[low] ?? 0) + 1 };
  };
}
