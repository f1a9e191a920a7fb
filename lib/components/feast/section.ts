/** Section `feast` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { type Site, section } from "#lib/environment/section";
import { definitions } from "#lib/imports/feast/index";
import { ownerOf } from "#lib/kube/ownership";
import { addProblems } from "#lib/kube/problems";
import { productionProblems } from "./checks";
import { FeastOperator } from "./feast-operator";
import { FeastFeatureStore } from "./feature-store";
import { OPERATOR_NAMESPACE } from "./labels";
import { feastPin } from "./pin";
import { type FeatureStoreSettings, feastSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Feast: features for training and serving. @default not installed */
    feast: typeof feastSectionSchema;
  }
  interface DeclaredAt {
    "feast.stores": "featureStore";
  }
}

const HOME = { namespace: OPERATOR_NAMESPACE, priority: "beamstack-system" } as const;

/** The pods of servers. */
const PODS = { level: "baseline", reason: "the Feast operator sets no security context of containers" } as const;

/** Feast. */
export const feast = section({
  key: "feast",
  stage: "data-preparation",
  pin: feastPin,
  crds: definitions,
  schema: feastSectionSchema,
  declares: { featureStore: "stores" },
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  lineage: { reads: ["stores.*.offline.database", "stores.*.offline.bucket"] },
  build({ operator: own, stores }, site) {
    const { scope } = operatorPart(site, own.existing, HOME);
    const operator = new FeastOperator(scope, "Operator", own);
    for (const [name, settings] of Object.entries(stores)) {
      const { namespace } = settings;
      site.namespace(namespace, ["stores", name], { podSecurity: PODS });
      const part = site.part(["stores", name], { namespace });
      const store = new FeastFeatureStore(part, name, { ...settings, name, operator, definitions: definitionsOf(name, settings, site) });
      if (site.environment.production) addProblems(store, productionProblems(settings, ownerOf(store).source));
      site.give("featureStore", name, store);
    }
  },
});

/** Text of the files with definitions, by name; what is missing, or there twice, is a problem. */
function definitionsOf(name: string, { repository }: FeatureStoreSettings, site: Site): Record<string, string> {
  if (repository?.type !== "files") return {};
  const texts = new Map<string, string>();
  for (const [position, path] of repository.files.entries()) {
    const at = ["stores", name, "repository", "files", position];
    const file = path.split("/").at(-1) ?? path;
    const text = site.files.get(path);
    if (text === undefined) site.report(at, missingFile(path));
    if (texts.has(file)) site.report(at, sameName(file));
    texts.set(file, text ?? "");
  }
  return Object.fromEntries(texts);
}

function missingFile(path: string) {
  return {
    id: "feast.missing-file",
    got: `${JSON.stringify(path)}, which does not exist`,
    allowed: "a file below the folder of environment files",
    fix: "create the file, or correct the path",
  };
}

function sameName(file: string) {
  return {
    id: "feast.files-of-one-name",
    got: `a second file ${JSON.stringify(file)}`,
    allowed: "files of different names, as all stand in one folder",
    fix: "rename one of the two",
  };
}
