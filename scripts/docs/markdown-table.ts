/** Markdown tables of generated pages. */

/** A table; cells may have code between backticks. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows.map((row) => row.map(escaped))].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A text that neither ends a cell nor opens an HTML tag outside of code. */
export function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") ? part : part.replaceAll("<", "\\<")))
    .join("")
    .replaceAll("|", "\\|");
}
