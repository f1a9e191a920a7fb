/** Sealed Secrets: Secrets from files that only the cluster can decrypt. */

export { SealedSecretsOperator } from "./operator";
export { sealedSecretsPin } from "./pin";
export {
  type SealedSecretFileProps,
  type SealedSecretsOperatorProps,
  sealedSecretFileSchema,
  sealedSecretsOperatorSchema,
  sealedSecretsSectionSchema,
} from "./schema";
export { SealedSecretFile, type SealedSecretFilePlace } from "./sealed-secret-file";
export { sealedSecrets } from "./section";
