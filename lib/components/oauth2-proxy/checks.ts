/** Rules on providers that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import type { OAuth2ProviderSettings } from "./schema";

/** Problems of a provider; `path` is its path in the file. */
export function providerProblems({ scopes, emailDomains }: OAuth2ProviderSettings, path: string): Problem[] {
  return [
    ...(scopes.includes("openid")
      ? []
      : [
          {
            id: "oauth2-proxy.no-openid-scope",
            path: `${path}.scopes`,
            got: scopes.join(", "),
            allowed: "scopes with openid: without it an issuer returns no ID token",
            fix: 'add "openid"',
          },
        ]),
    ...(emailDomains.includes("*") && emailDomains.length > 1
      ? [
          {
            id: "oauth2-proxy.domains-without-effect",
            path: `${path}.emailDomains`,
            got: emailDomains.join(", "),
            allowed: "domains, or * alone: it admits everybody",
            fix: "remove *, or the domains",
          },
        ]
      : []),
  ];
}

/** A provider that nothing refers to has no effect. */
export const UNUSED = {
  id: "oauth2-proxy.unused",
  got: "a provider that nothing uses",
  allowed: "providers that sign people in for a route",
  fix: "refer to it from gateway.routes.<name>.signIn, or remove it",
  severity: "warning",
} as const;
