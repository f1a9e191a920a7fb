/** Section `oauth2Proxy` of the environment file. */

import { section } from "#lib/environment/section";
import { UNUSED } from "./checks";
import { OAuth2Provider } from "./oauth2-provider";
import { oauth2ProxyPin } from "./pin";
import { oauth2ProxySectionSchema } from "./schema";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** OAuth2 Proxy, which signs people in before they see a UI. @default not installed */
    oauth2Proxy: typeof oauth2ProxySectionSchema;
  }
  interface DeclaredAt {
    "oauth2Proxy.providers": "signIn";
  }
}

/** OAuth2 Proxy. */
export const oauth2Proxy = section({
  key: "oauth2Proxy",
  stage: "foundation",
  pin: oauth2ProxyPin,
  schema: oauth2ProxySectionSchema,
  declares: { signIn: "providers" },
  build({ providers }, site) {
    for (const [name, settings] of Object.entries(providers)) {
      const scope = site.part(["providers", name], { namespace: settings.namespace });
      site.give("signIn", name, new OAuth2Provider(scope, "Provider", { ...settings, name }));
    }
  },
  finish({ providers }, site) {
    for (const name of Object.keys(providers)) {
      const provider = site.all("signIn").get(name);
      if (provider instanceof OAuth2Provider && !provider.used) site.report(["providers", name], UNUSED);
    }
  },
});
