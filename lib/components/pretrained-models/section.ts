/** Section `pretrainedModels` of the environment file. */

import { section } from "#lib/environment/section";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { licenceProblems, UNUSED } from "./checks";
import { pretrainedModelsPin } from "./pin";
import { PretrainedModel } from "./pretrained-model";
import { pretrainedModelsSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Models that others trained, such as embedding models and language models: fetched once, verified, and read by name. @default none */
    pretrainedModels: typeof pretrainedModelsSectionSchema;
  }
  interface DeclaredAt {
    "pretrainedModels.models": "pretrainedModel";
  }
}

/** Pre-trained models. */
export const pretrainedModels = section({
  key: "pretrainedModels",
  stage: "model-development",
  pin: pretrainedModelsPin,
  schema: pretrainedModelsSectionSchema,
  declares: { pretrainedModel: "models" },
  lineage: { reads: ["models.*.source.bucket"], writes: ["models.*.place.storage"] },
  build({ acceptedLicences, models }, site) {
    for (const [name, settings] of Object.entries(models)) {
      const { place } = settings;
      const path = ["models", name];
      for (const namespace of place.type === "volume" ? place.namespaces : [place.namespace]) site.namespace(namespace, path);
      const model = new PretrainedModel(site.part(path), "Model", { ...settings, name });
      addProblems(model, licenceProblems(settings, acceptedLicences, ownerOf(model).source));
      site.give("pretrainedModel", name, model);
    }
  },
  finish({ models }, site) {
    for (const name of Object.keys(models)) {
      const model = site.all("pretrainedModel").get(name);
      if (model instanceof PretrainedModel && !model.used) site.report(["models", name], UNUSED);
    }
  },
});
