/** Section `externalSecrets` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/external-secrets/index";
import { UNUSED } from "./checks";
import { ExternalSecretStore } from "./external-secret-store";
import { ExternalSecretsOperator } from "./operator";
import { externalSecretsPin } from "./pin";
import { externalSecretsSectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** External Secrets: Secrets from values of a vault. @default not installed */
    externalSecrets: typeof externalSecretsSectionSchema;
  }
  interface DeclaredAt {
    "externalSecrets.stores": "secretStore";
  }
}

const HOME = { namespace: "external-secrets" };

/** External Secrets. */
export const externalSecrets = section({
  key: "externalSecrets",
  stage: "foundation",
  pin: externalSecretsPin,
  crds: definitions,
  schema: externalSecretsSectionSchema,
  declares: { secretStore: "stores" },
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, stores }, site) {
    const { scope } = operatorPart(site, own.existing, HOME);
    const operator = new ExternalSecretsOperator(scope, "Operator", own);
    for (const [name, settings] of Object.entries(stores)) {
      site.give("secretStore", name, new ExternalSecretStore(site.part(["stores", name]), "Store", { ...settings, name, operator }));
    }
  },
  finish({ stores }, site) {
    for (const name of Object.keys(stores)) {
      const store = site.all("secretStore").get(name);
      if (store instanceof ExternalSecretStore && !store.used) site.report(["stores", name], UNUSED);
    }
  },
});
