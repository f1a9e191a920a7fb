/** Section `sealedSecrets` of the environment file. */

import { foreignOperator, operatorPart } from "#lib/environment/operator-part";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/sealed-secrets/index";
import { SealedSecretsOperator } from "./operator";
import { sealedSecretsPin } from "./pin";
import { sealedSecretsSectionSchema } from "./schema";
import { SealedSecretFile } from "./sealed-secret-file";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** Sealed Secrets: Secrets from files that only the cluster can decrypt. @default not installed */
    sealedSecrets: typeof sealedSecretsSectionSchema;
  }
}

const HOME = { namespace: "sealed-secrets", usual: "kube-system" };

/** Sealed Secrets. */
export const sealedSecrets = section({
  key: "sealedSecrets",
  stage: "foundation",
  pin: sealedSecretsPin,
  crds: definitions,
  schema: sealedSecretsSectionSchema,
  foreign: ({ operator: { existing } }) => foreignOperator(existing, HOME),
  build({ operator: own, files }, site) {
    const { scope } = operatorPart(site, own.existing, HOME);
    const operator = new SealedSecretsOperator(scope, "Operator", own);
    for (const [position, file] of files.entries()) {
      const part = site.part(["files", `${position}`]);
      new SealedSecretFile(part, "File", { file, text: site.files.get(file), operator });
    }
  },
});
