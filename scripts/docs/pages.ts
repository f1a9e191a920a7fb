/** Generated parts of the documentation: the reference of the environment file, the picture of the README, and tables in the README of every component. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "#lib/components/registry";
import type { AnySection } from "#lib/environment/section";
import type { OwnedKind } from "#lib/kube/pin";
import type { StatusTest } from "#lib/kube/readiness";
import { STAGES } from "#lib/kube/stage";
import { commandPage } from "./command-page";
import { coveragePage } from "./coverage-page";
import { escaped, markdownTable } from "./markdown-table";
import { picture } from "./picture";
import { coreTable, type Prop, type PropTable, propTables } from "./props";
import { type SourceDocs, schemaDocs, sectionDocs } from "./source-docs";

/** Page with every key of the environment file. */
const REFERENCE = "docs/environment.md";

/** Page with every command. */
const COMMANDS = "docs/command.md";

/** Page with what every product has, and what exercises it. */
const COVERAGE = "docs/coverage.md";

/** Picture of the README. */
const PICTURE = "docs/up.svg";

/** A section with what its source says. */
interface DocumentedSection {
  readonly section: AnySection;
  readonly folder: string;
  readonly docs: SourceDocs;
  readonly tables: readonly PropTable[];
}

/** Every section, in the order of the stages. */
export const sections: readonly DocumentedSection[] = STAGES.flatMap((stage) => catalog.filter((section) => section.stage === stage)).map(
  (section) => {
    const folder = join("lib/components", section.pin.name);
    const docs = sectionDocs(folder, section.key);
    return { section, folder, docs, tables: propTables(section.key, section.schema, docs) };
  },
);

const core = coreTable(schemaDocs("lib/environment/spec.ts", "coreSchema"));

/** Every table of props. */
export const tables: readonly PropTable[] = [...core, ...sections.flatMap((one) => one.tables)];

/** Text of every page that has generated parts, by path. */
export function pages(): Map<string, string> {
  const readmes = sections.map((one): [string, string] => {
    const path = join(one.folder, "README.md");
    return [path, filled(existsSync(path) ? readFileSync(path, "utf8") : "", partsOf(one))];
  });
  const coverage = coveragePage(sections.map(({ section }) => section));
  return new Map([[REFERENCE, reference()], [COMMANDS, commandPage()], [COVERAGE, coverage], [PICTURE, picture()], ...readmes]);
}

/** Generated parts of a README, by the name in their markers. */
export function partsOf({ section, tables: own }: DocumentedSection): Map<string, string> {
  return new Map([
    ["facts", factsLine(section)],
    ["props", own.map((table) => tableText(table, "###", section.key)).join("\n\n")],
    ["kinds", kindsTable(section.pin.kinds)],
  ]);
}

/** The page with every part between its markers, `<!-- generated: props -->` and `<!-- end -->`. */
function filled(page: string, parts: ReadonlyMap<string, string>): string {
  return page.replace(/(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (all, start: string, name: string, end: string) => {
    const text = parts.get(name);
    return text === undefined ? all : `${start}${text}\n${end}`;
  });
}

function reference(): string {
  return `# The environment file

Every key of an environment file, with its type, its default and what it does. Generated from the schemas by \`npm run docs\`: change the schema, not this page.

\`Size\` and \`Duration\` are values with a unit: \`Size.gibibytes(4)\`, \`Duration.minutes(10)\`. The name of a node pool, Beam runner or vector store is a key that
another section declares; a name that is not declared does not compile. \`<name>\` stands for a key of your choice.

## Every environment

${core.map(rowsText).join("\n\n")}

${sections.map(sectionText).join("\n\n")}
`;
}

function sectionText({ section, folder, docs, tables: own }: DocumentedSection): string {
  const intro = `${docs.text}${docs.default === undefined ? "" : ` Default: ${escaped(docs.default)}.`}`;
  return `## \`${section.key}\`

${intro} See [${section.pin.name}](../${folder}/README.md).

${own.map((table) => tableText(table, "###", section.key)).join("\n\n")}`;
}

/** Rows of a table below its heading; the section's own table needs none. */
function tableText(table: PropTable, heading: string, section: string): string {
  const tag = table.tag === undefined ? "" : ` with \`type: "${table.tag}"\``;
  const title =
    table.path === section ? "" : `${heading} \`${table.path}\`${tag}\n\n${table.text === "" ? "" : `${escaped(table.text)}\n\n`}`;
  return `${title}${rowsText(table)}`;
}

function rowsText({ props }: PropTable): string {
  return markdownTable(
    ["key", "type", "default", "what it does"],
    props.map((prop) => [`\`${prop.name}\``, prop.type, defaultCell(prop), prop.text]),
  );
}

function defaultCell({ isRequired, schemaDefault, documentedDefault }: Prop): string {
  if (isRequired) return "required";
  const value = schemaDefault ?? documentedDefault ?? "";
  return /^(".*"|\d+|true|false|\[.*\]|\d+[KMGT]i|\d+[smhd])$/.test(value) ? `\`${value}\`` : value;
}

function factsLine({ key, stage, pin, declares = {}, uses = [] }: AnySection): string {
  const { chart, kubernetes } = pin;
  const declared = Object.entries(declares).map(
    ([role, at]) => `keys of \`${[key, at].filter(Boolean).join(".")}\` are names of the role \`${role}\``,
  );
  return [
    `section \`${key}\``,
    `stage \`${stage}\``,
    ...(chart ? [`chart \`${chart.name}\` ${chart.version} from \`${chart.repository}\``] : []),
    `licence ${pin.licence}`,
    `Kubernetes ${kubernetes.min}${kubernetes.max === undefined ? " or later" : ` to ${kubernetes.max}`}`,
    ...declared,
    ...(uses.length > 0 ? [`uses ${uses.map((role) => `\`${role}\``).join(", ")}`] : []),
  ].join(" · ");
}

function kindsTable(kinds: readonly OwnedKind[]): string {
  if (kinds.length === 0) return "The product has no custom kinds.";
  return markdownTable(
    ["kind", "version", "ready when", "failed when"],
    kinds.map(({ kind, version, readiness: { ready, held = [], failed } }) => [
      `\`${kind}\``,
      version,
      ready.length === 0
        ? "it exists"
        : [ready.map(testText).join(" and "), ...held.map((test) => `held back: ${testText(test)}`)].join("; or "),
      failed.length === 0 ? "never: it reports no failure" : failed.map(testText).join(" or "),
    ]),
  );
}

function testText(test: StatusTest): string {
  if (test.type === "condition") return `condition \`${test.name}\` is \`${test.status}\``;
  return `\`${test.path}\` is ${test.anyOf.map((value) => `\`${value}\``).join(" or ")}`;
}
