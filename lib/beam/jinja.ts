/** Jinja in Beam YAML: Beam renders the whole file as a template before it reads it as YAML. */

const BLOCK = /\{%-?[\s\S]*?-?%\}|\{#[\s\S]*?#\}/g;
const EXPRESSION = /\{\{[\s\S]*?\}\}/g;
const RAW = /\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}/g;

/** Does the text hold anything that Jinja would act on? */
export function hasJinja(text: string): boolean {
  return /\{[{%#]/.test(text);
}

/** Can the template include other files? Then the rendered text is unknown. */
export function includesOtherFiles(text: string): boolean {
  return /\{%-?\s*(?:include|import|from|extends)\b/.test(text);
}

/**
 * The text as YAML can read it: blocks and comments blanked, expressions replaced by a word, every other character
 * where it was, so that positions found in the result hold in the template.
 */
export function maskJinja(text: string): string {
  const raw = text.replace(RAW, (block) => block.replace(/\{%[\s\S]*?%\}/g, blank).replace(/\{[{#]/g, "__"));
  return raw.replace(BLOCK, blank).replace(EXPRESSION, (found) => found.replace(/[^\r\n]/g, "J"));
}

/** Ranges inside `{% raw %}`, where an expression would stay text. */
export function rawRanges(text: string): { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(RAW)].map((found) => ({ start: found.index, end: found.index + found[0].length }));
}

/** A literal text as a template that renders to it. */
export function escapeJinja(text: string): string {
  // A quoted string inside an expression: the one form that needs no block of its own and survives JSON quoting.
  return text.replace(/\{(?=[{%#])/g, "{{ '{' }}");
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}
