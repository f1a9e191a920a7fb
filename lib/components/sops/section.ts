/** Section `sops` of the environment file. */

import { section } from "#lib/environment/section";
import { sopsPin } from "./pin";
import { sopsSectionSchema } from "./schema";
import { SopsFile } from "./sops-file";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** SOPS: encrypted Secrets in a GitOps tree. @default none */
    sops: typeof sopsSectionSchema;
  }
}

/** SOPS. */
export const sops = section({
  key: "sops",
  stage: "foundation",
  pin: sopsPin,
  schema: sopsSectionSchema,
  build({ files }, site) {
    for (const [position, file] of files.entries()) {
      new SopsFile(site.part(["files", `${position}`]), "File", { file, text: site.files.get(file) });
    }
  },
});
