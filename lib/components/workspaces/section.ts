/** Section `workspaces` of the environment file. */

import { section } from "#lib/environment/section";
import { namespaceOf } from "./clients";
import { workspacesPin } from "./pin";
import { workspacesSectionSchema } from "./schema";
import { Workspace } from "./workspace";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Workspaces by name: JupyterLab or code-server with GPUs, a home that stays, and an end when nobody uses them. @default none */
    workspaces: typeof workspacesSectionSchema;
  }
}

/** Workspaces. */
export const workspaces = section({
  key: "workspaces",
  stage: "model-development",
  pin: workspacesPin,
  schema: workspacesSectionSchema,
  lineage: { reads: ["*.buckets.*", "*.models.*"], writes: ["*.modelRegistry"] },
  build(all, site) {
    for (const [name, settings] of Object.entries(all)) {
      const namespace = namespaceOf(name, settings);
      new Workspace(site.part([name], { namespace, priority: "beamstack-pipelines" }), name, { ...settings, name });
    }
  },
});
