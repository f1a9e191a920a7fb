/** OAuth2 Proxy: signs people in before they see a UI. */

export { OAuth2Provider, type OAuth2ProviderPlace } from "./oauth2-provider";
export { oauth2ProxyPin } from "./pin";
export { type OAuth2ProviderProps, oauth2ProviderSchema, oauth2ProxySectionSchema } from "./schema";
export { oauth2Proxy } from "./section";
