/** A surface as text: one entry for each thing that people or programs rely on, by its name. */

import { compareText } from "#lib/core/order";

/** Text by name. */
export type Surface = ReadonlyMap<string, string>;

/** A surface, and for entries of a component the key of its section. */
export interface OwnedSurface {
  readonly entries: Surface;
  readonly sections: ReadonlyMap<string, string>;
}

/** Names at the margin, each with its text below, sorted by name. */
export function surfaceText(surface: Surface): string {
  const entries = [...surface].sort(([a], [b]) => compareText(a, b));
  return entries.map(([name, text]) => `${name}\n${indented(text)}`).join("");
}

function indented(text: string): string {
  return text === "" ? "" : `${text.replace(/^/gm, "  ")}\n`;
}

/** The surface that a text says. */
export function readSurface(text: string): Surface {
  const blocks = text.split(/^(?=\S)/m).filter((block) => block !== "");
  return new Map(
    blocks.map((block) => [
      block.slice(0, block.indexOf("\n")),
      block
        .slice(block.indexOf("\n") + 1)
        .replace(/^ {2}/gm, "")
        .trimEnd(),
    ]),
  );
}

/** What happened to the entry of a name. */
export interface Change {
  readonly name: string;
  readonly how: "added" | "removed" | "changed";
  /** Section of the component that adds the entry: naming the section names all that its component adds. */
  readonly section?: string;
}

/** Entries that differ. */
export function changes(before: Surface, { entries: after, sections }: OwnedSurface): Change[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return names.flatMap((name): Change[] => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === now) return [];
    const section = sections.get(name);
    if (old === undefined) return [{ name, how: "added", ...(section !== undefined && { section }) }];
    return [{ name, how: now === undefined ? "removed" : "changed" }];
  });
}

/** A bullet of the changelog's unreleased section that names changes of a surface: its first words are bold and begin with New or Breaking. */
const BULLET = /^- \*\*(New|Breaking)\b[\s\S]*?(?=\n- |\n\n|$(?![\s\S]))/gm;

/** Changes that the unreleased section does not name. What is gone must be named in a breaking bullet. */
export function unnamed(found: readonly Change[], changelog: string): Change[] {
  const section = /^## Unreleased\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(changelog)?.[1] ?? "";
  const bullets = [...section.matchAll(BULLET)].map(([text, kind]) => ({
    kind,
    names: [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  }));
  return found.filter(
    ({ name, how, section }) =>
      !bullets.some(
        ({ kind, names }) => (how !== "removed" || kind === "Breaking") && names.some((named) => named === section || covers(named, name)),
      ),
  );
}

/** A name covers itself and all below it: `flink.clusters` covers `flink.clusters.*.parallelism`, `synth` covers `synth --out`. */
function covers(named: string, name: string): boolean {
  return name === named || [".", " ", "/", "["].some((separator) => name.startsWith(`${named}${separator}`));
}
