/** The files of a component without an operator. */

/** Files by path; `camel` and `pascal` are spellings of the name. */
export function componentFiles({ name, camel, pascal }) {
  const folder = `lib/components/${name}`;
  const tests = `test/lib/components/${name}`;
  return {
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
    [`${folder}/schema.ts`]: `/** Props of ${pascal}. */

import { z } from "zod";
import type { PropsOf } from "#lib/kube/props";

/** Props of ${pascal}. */
export const ${camel}Schema = z.strictObject({
  /** Pods of the operator. @default 1 */
  replicas: z.int().min(1).max(10).default(1),
});

/** Props of ${pascal}. */
export type ${pascal}Props = PropsOf<typeof ${camel}Schema>;
`,
    [`${folder}/${name}.ts`]: `/** ${pascal}. */

import { Construct } from "constructs";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { ${camel}Pin } from "./pin";
import { type ${pascal}Props, ${camel}Schema } from "./schema";

/** ${pascal}. */
export class ${pascal} extends Construct {
  public constructor(scope: Construct, id: string, props: ${pascal}Props = {}) {
    super(scope, id);
    setOwner(this, ${camel}Pin.name);
    settingsOf(this, ${camel}Schema, props);
  }
}
`,
    [`${folder}/section.ts`]: `/** Section \`${camel}\` of the environment file. */

import { section } from "#lib/environment/section";
import { ${camel}Pin } from "./pin";
import { ${camel}Schema } from "./schema";
import { ${pascal} } from "./${name}";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** ${pascal}. @default not installed */
    ${camel}: typeof ${camel}Schema;
  }
}

/** ${pascal}. */
export const ${camel} = section({
  key: "${camel}",
  stage: "data-preparation",
  pin: ${camel}Pin,
  schema: ${camel}Schema,
  build(settings, site) {
    new ${pascal}(site.part([]), "${pascal}", settings);
  },
});
`,
    [`${folder}/index.ts`]: `/** ${pascal}. */

export { ${pascal} } from "./${name}";
export { ${camel}Pin } from "./pin";
export { type ${pascal}Props, ${camel}Schema } from "./schema";
export { ${camel} } from "./section";
`,
    [`${folder}/README.md`]: `# ${pascal}

One or two sentences: what it is.

<!-- generated: facts -->
<!-- end -->

## Smallest use

## Props

<!-- generated: props -->
<!-- end -->

## Outputs

## Readiness

<!-- generated: kinds -->
<!-- end -->

## Upgrade notes

## Limits
`,
    [`${tests}/contract.ts`]: `/** ${pascal} in the contract suite. */

import { ${pascal}, ${camel}Pin, type ${pascal}Props, ${camel}Schema } from "#lib/components/${name}/index";
import { contractEntry } from "../../../contract/entry";

const ${camel} = contractEntry<${pascal}Props>({
  title: "${pascal}",
  pin: ${camel}Pin,
  schema: ${camel}Schema,
  build: (scope, props) => new ${pascal}(scope, "Subject", props),
  smallest: {},
  variants: { replicas: { replicas: 2 } },
  refused: { "spec.wrong-value": { replicas: 0 } },
});

/** What the contract suite tries. */
export const entries = [${camel}];
`,
  };
}
