/** External Secrets: Secrets from values of a vault. */

export { ExternalSecretStore, type ExternalSecretStorePlace } from "./external-secret-store";
export { ExternalSecretsOperator } from "./operator";
export { externalSecretsPin } from "./pin";
export {
  type ExternalSecretsOperatorProps,
  externalSecretsOperatorSchema,
  externalSecretsSectionSchema,
  type SecretStoreProps,
  secretStoreSchema,
} from "./schema";
export { externalSecrets } from "./section";
