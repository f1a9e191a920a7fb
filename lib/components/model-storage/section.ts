/** Section `modelStorage` of the environment file. */

import { section } from "#lib/environment/section";
import { UNUSED } from "./checks";
import { ModelStorage } from "./model-storage";
import { modelStoragePin } from "./pin";
import { modelStorageSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Folders of buckets for models by name; training writes to them, registries keep models there, serving reads them. @default none */
    modelStorage: typeof modelStorageSectionSchema;
  }
  interface DeclaredAt {
    modelStorage: "modelStorage";
  }
}

/** Model storage. */
export const modelStorage = section({
  key: "modelStorage",
  stage: "model-training",
  pin: modelStoragePin,
  schema: modelStorageSectionSchema,
  declares: { modelStorage: "" },
  build(storages, site) {
    for (const [name, settings] of Object.entries(storages)) {
      site.give("modelStorage", name, new ModelStorage(site.part([name]), "Storage", { ...settings, name }));
    }
  },
  finish(storages, site) {
    for (const name of Object.keys(storages)) {
      const storage = site.all("modelStorage").get(name);
      if (storage instanceof ModelStorage && !storage.used) site.report([name], UNUSED);
    }
  },
});
