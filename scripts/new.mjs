/** `npm run new component|operator <name>`: the folders of a product, with contract tests that fail until its facts are filled in. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { componentFiles } from "./new/component.mjs";
import { operatorFiles } from "./new/operator.mjs";

const KINDS = { component: componentFiles, operator: operatorFiles };
const CATALOG = "lib/components/catalog.ts";

const [kind = "", name = ""] = process.argv.slice(2);
const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};
if (!Object.hasOwn(KINDS, kind) || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  fail(
    "usage: npm run new component|operator <name>   (name: kebab-case, the product's own word, such as spark; operator: a product with a chart and custom kinds)",
  );
}
if (existsSync(`lib/components/${name}`)) fail(`lib/components/${name} exists already`);

const camel = name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = camel[0].toUpperCase() + camel.slice(1);

/** The catalog with one line more, in alphabetical order. */
function listed(text) {
  const [head, ...lines] = text.split(/^(?=export )/m);
  const line = `export * from "./${name}/index";\n`;
  return head + [...lines, line].sort((a, b) => (a < b ? -1 : 1)).join("");
}

const files = KINDS[kind]({ name, camel, pascal });
for (const [path, text] of Object.entries(files)) {
  if (existsSync(path)) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
writeFileSync(CATALOG, listed(readFileSync(CATALOG, "utf8")));
// Import order and line width depend on the name.
const written = [`lib/components/${name}`, `test/lib/components/${name}`, CATALOG];
execFileSync("node_modules/.bin/biome", ["check", "--write", ...written], { stdio: "inherit" });
process.stdout.write(
  `created ${Object.keys(files).join(", ")}, and listed the product in ${CATALOG}; next: the steps of CONTRIBUTING.md, "Add a product"\n`,
);
