/** `npm run new component <name>`: the folder of a component, with contract tests that fail until it is filled. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const [kind, name] = process.argv.slice(2);
const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};
if (kind !== "component" || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name ?? "")) {
  fail("usage: npm run new component <name>   (name: kebab-case, the product's own word, such as spark)");
}
const folder = `lib/components/${name}`;
if (existsSync(folder)) fail(`${folder} is there already`);

const camel = name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = camel[0].toUpperCase() + camel.slice(1);

const files = {
  [`${folder}/pin.ts`]: `/** ${pascal}: chart, images and kinds at the pinned version. */

import type { ComponentPin } from "#lib/kube/pin";

/** The pins of ${pascal}. */
export const ${camel}Pin = {
  name: "${name}",
  licence: "",
  source: "",
  images: {},
  kinds: [],
  kubernetes: { min: "" },
} as const satisfies ComponentPin;
`,
  [`${folder}/props.ts`]: `/** What a platform team may say of ${pascal}, and what holds when it says nothing. */

/** Props of {@link ${pascal}}. */
export interface ${pascal}Props {
  /** Pods of the operator. @default 1 */
  readonly replicas?: number;
}

/** Values that hold when a prop is not given. */
export const ${camel}Defaults = { replicas: 1 } as const satisfies Partial<${pascal}Props>;
`,
  [`${folder}/schema.ts`]: `/** The props of ${pascal} as a schema: input from outside is checked against it. */

import { z } from "zod";
import type { ${pascal}Props } from "./props";

/** Schema of {@link ${pascal}Props}. */
export const ${camel}Schema = z.strictObject({
  replicas: z.int().min(1).max(10).optional(),
}) satisfies z.ZodType<${pascal}Props>;
`,
  [`${folder}/checks.ts`]: `/** Rules on the props of ${pascal} that types cannot forbid. */

import type { Problem } from "#lib/core/problem";
import { schemaProblems } from "#lib/core/schema";
import type { ${pascal}Props } from "./props";
import { ${camel}Schema } from "./schema";

/** Everything that is wrong with the props; \`path\` is where they stand. */
export function ${camel}Problems(props: ${pascal}Props, path: string): Problem[] {
  return schemaProblems(${camel}Schema, props, path);
}
`,
  [`${folder}/${name}.ts`]: `/** ${pascal}. */

import { Construct } from "constructs";
import { setOwner } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { ${camel}Problems } from "./checks";
import { ${camel}Pin } from "./pin";
import type { ${pascal}Props } from "./props";

/** ${pascal}. */
export class ${pascal} extends Construct {
  public constructor(scope: Construct, id: string, props: ${pascal}Props = {}) {
    super(scope, id);
    setOwner(this, ${camel}Pin.name);
    addProblems(this, ${camel}Problems(props, this.node.path));
  }
}
`,
  [`${folder}/index.ts`]: `/** ${pascal}. */

export { ${camel}Pin } from "./pin";
export { ${camel}Defaults, type ${pascal}Props } from "./props";
export { ${camel}Schema } from "./schema";
export { ${pascal} } from "./${name}";
`,
  [`${folder}/README.md`]: `# ${pascal}

What it is · smallest use · choices · outputs · readiness · upgrade notes · limits.
`,
  [`test/contract/entries/${name}.ts`]: `/** ${pascal} in the contract suite. */

import { ${pascal}, ${camel}Defaults, ${camel}Pin, ${camel}Schema } from "#lib/components/${name}/index";
import { contractEntry } from "../entry";

export const ${camel} = contractEntry({
  title: "${pascal}",
  pin: ${camel}Pin,
  schema: ${camel}Schema,
  build: (scope, props) => new ${pascal}(scope, "Subject", props),
  smallest: {},
  defaults: ${camel}Defaults,
  variants: { replicas: { replicas: 2 } },
  refused: { "spec.wrong-value": { replicas: 0 } },
});
`,
};

/** Adds an import and a list entry to a file that holds one list. */
function register(file, importLine, entry) {
  const text = readFileSync(file, "utf8");
  const withImport = text.replace(/(\nimport [^\n]+\n)(?!import)/, `$1${importLine}\n`);
  const listed = withImport.replace(/(= \[)([^\]]*)(\];)/, (_, open, list, close) => {
    const entries = [...list.split(",").map((one) => one.trim()), entry].filter(Boolean).sort();
    return `${open}${entries.join(", ")}${close}`;
  });
  if (listed === text) fail(`${file} has no list to add ${entry} to`);
  writeFileSync(file, listed);
}

mkdirSync(folder, { recursive: true });
for (const [path, text] of Object.entries(files)) writeFileSync(path, text);
register("lib/components/catalog.ts", `import { ${camel}Pin } from "./${name}/pin";`, `${camel}Pin`);
register("test/contract/entries/index.ts", `import { ${camel} } from "./${name}";`, camel);
process.stdout.write(
  `made ${folder} and test/contract/entries/${name}.ts, registered both; next: fill them until this passes\n  npx jest --selectProjects unit --testPathPatterns contract\n`,
);
