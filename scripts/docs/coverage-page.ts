/** Page with every product: where it stands in the shipped environments, how it is watched, and what real thing exercises it. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseImage } from "#lib/core/image-ref";
import { unwrap } from "#lib/core/problem";
import type { AnySection } from "#lib/environment/section";
import type { ReleaseObject } from "#lib/release/release";
import { loadEnvironment } from "#stacks/environments";
import { markdownTable } from "./markdown-table";

const OPERATORS = "test/operators";
const TESTS = "test";
const ENVIRONMENTS = "stacks/env";

const INTRO = `# Coverage

What every product of the catalog has, and what exercises it. Generated from the catalog, the environments \`local\` and \`prod\` and the tests by \`npm run docs\`. An empty
cell is one: nothing stands behind it. The last two columns link suites and not their results: suites that are not part of \`npm test\` run on request, and not with every change.

- **API server**: a real one accepts an object of every kind under strict validation (\`test/contract/accepted.e2e.ts\`), and \`npm run up\` brings \`local\` up on it.
- **Real operator**: a suite in which the operator itself reconciles our objects on that API server (\`npm run test:operators\`).
- **Real program**: a suite in which the product itself runs with the command, variables and files of our pods (\`npm run test:programs\`; what ends with \`.e2e.ts\`, in \`npm test\`).
- **Monitors**: alerts, each of which promtool raises and does not raise in \`npm test\`, and dashboards.`;

/** The page. */
export function coveragePage(sections: readonly AnySection[]): string {
  const environments = ["local", "prod"].map((name) => ({
    name,
    text: readFileSync(join(ENVIRONMENTS, `${name}.ts`), "utf8"),
    objects: unwrap(loadEnvironment(name)).release.objects,
  }));
  const suites = exercisingSuites();
  const rows = sections.map(({ key, stage, pin }) => [
    stage,
    `[${pin.name}](../lib/components/${pin.name}/README.md)`,
    versionOf(pin),
    pin.kinds.map(({ kind, readiness }) => `\`${kind.split("/").at(-1)}\`${readiness.ready.length === 0 ? " (exists)" : ""}`).join(", "),
    monitors(environments.flatMap(({ objects }) => objects.filter((object) => sectionOf(object) === key))),
    environments
      .filter(({ text }) => text.includes(`\n  ${key}: `))
      .map(({ name }) => name)
      .join(", "),
    linksTo(suites.filter(({ folder, exercises }) => folder === OPERATORS && exercises.includes(pin.name))),
    linksTo(suites.filter(({ folder, exercises }) => folder !== OPERATORS && exercises.includes(pin.name))),
  ]);
  const head = ["stage", "product", "version", "kinds, ready by status", "monitors", "environments", "real operator", "real program"];
  return `${INTRO}\n\n${markdownTable(head, rows)}\n`;
}

/** Key of the section whose settings an object comes from. */
function sectionOf({ source = "" }: ReleaseObject): string | undefined {
  return source.split(/[.[]/)[0];
}

function versionOf(pin: AnySection["pin"]): string {
  if (pin.chart) return pin.chart.version;
  const [image] = Object.values(pin.images);
  return (image === undefined ? undefined : parseImage(image)?.tag) ?? "";
}

function monitors(objects: readonly ReleaseObject[]): string {
  const named = (wanted: (object: ReleaseObject) => boolean) =>
    new Map(objects.filter(wanted).map((object) => [object.id, object.manifest]));
  const rules = [...named(({ manifest }) => manifest.kind === "PrometheusRule").values()];
  const alerts = new Set(rules.flatMap((rule) => JSON.stringify(rule).match(/"alert":"\w+"/g) ?? []));
  const dashboards = named(({ manifest }) => manifest.metadata.labels?.["grafana_dashboard"] !== undefined);
  return [...counted(alerts.size, "alert"), ...counted(dashboards.size, "dashboard")].join(", ");
}

function counted(count: number, thing: string): string[] {
  return count === 0 ? [] : [`${count} ${thing}${count === 1 ? "" : "s"}`];
}

/** A suite with a real operator or program. */
interface Suite {
  readonly folder: string;
  readonly file: string;
  /** Folders of the components that it exercises. */
  readonly exercises: readonly string[];
}

/** Suites with real operators or programs; each names the components after `@exercises` in its first comment. */
export function exercisingSuites(): Suite[] {
  return readdirSync(TESTS, { recursive: true, withFileTypes: true })
    .filter(({ name }) => /\.(e2e|operator|program)\.ts$/.test(name))
    .map(({ parentPath, name }) => ({
      folder: parentPath,
      file: name,
      exercises: exercisedBy(readFileSync(join(parentPath, name), "utf8")),
    }))
    .filter(({ file, exercises }) => exercises.length > 0 || !file.endsWith(".e2e.ts"))
    .sort((one, other) => (join(one.folder, one.file) < join(other.folder, other.file) ? -1 : 1));
}

function exercisedBy(text: string): string[] {
  const [, names = ""] = /^ \* @exercises ([\w, -]+)$/m.exec(text) ?? [];
  return names.split(", ").filter(Boolean);
}

function linksTo(suites: readonly Suite[]): string {
  return suites.map(({ folder, file }) => `[${file.split(".")[0]}](../${folder}/${file})`).join(", ");
}
