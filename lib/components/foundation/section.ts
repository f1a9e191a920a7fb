/** Section `namespaces` of the environment file. */

import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/cilium/index";
import { foundationPin } from "./pin";
import { namespacesSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Settings of namespaces by name. A namespace that no component uses is created, too. @default the platform's defaults */
    namespaces: typeof namespacesSchema;
  }
}

/** The foundation. The platform applies the settings to every namespace it creates; this section adds the namespaces that no component uses. */
export const foundation = section({
  key: "namespaces",
  stage: "foundation",
  pin: foundationPin,
  crds: definitions,
  schema: namespacesSchema,
  build: () => undefined,
  finish(namespaces, site) {
    for (const name of Object.keys(namespaces)) site.namespace(name, [name]);
  },
});
