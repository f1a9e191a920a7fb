/** Configuration of one proxy: a file for what only it can say, arguments for the rest. Source: OAuth2 Proxy 7.15.6, pkg/apis/options. */

import type { JsonObject } from "#lib/core/json";
import type { SignInAsk } from "#lib/kube/sign-in";
import type { IdentityHeaders } from "#lib/kube/web-interface";
import type { OAuth2ProviderSettings } from "./schema";

/** Ports of a proxy: requests and metrics. */
export const PORTS = { http: 4180, metrics: 44_180 } as const;

/** Folder of the configuration, and the file of the client's secret. */
export const CONFIG_FOLDER = "/etc/oauth2-proxy/config";
export const SECRET_FOLDER = "/etc/oauth2-proxy/secret";

/** Where things are in the container. */
export interface Files {
  /** CA of the issuer. @default none */
  readonly caFile?: string | undefined;
}

/** The configuration file: arguments have no words for headers of any name. JSON is YAML. */
export function configuration(settings: OAuth2ProviderSettings, { webInterface, name }: SignInAsk, { caFile }: Files): JsonObject {
  const { service, namespace, port, identityHeaders } = webInterface;
  const { issuer, clientId, groups, scopes } = settings;
  return {
    // The name of the host is that of the browser: UIs compare it with the origin of requests.
    upstreamConfig: {
      upstreams: [{ id: name, path: "/", uri: `http://${service}.${namespace}.svc:${port}`, passHostHeader: true, proxyWebSockets: true }],
    },
    injectRequestHeaders: headers(identityHeaders),
    server: { bindAddress: `0.0.0.0:${PORTS.http}` },
    metricsServer: { bindAddress: `0.0.0.0:${PORTS.metrics}` },
    providers: [
      {
        id: "oidc",
        provider: "oidc",
        clientID: clientId,
        clientSecretFile: `${SECRET_FOLDER}/client-secret`,
        scope: scopes.join(" "),
        code_challenge_method: "S256",
        ...(groups && { allowedGroups: [...groups] }),
        ...(caFile !== undefined && { caFiles: [caFile], useSystemTrustStore: false }),
        oidcConfig: { issuerURL: issuer, emailClaim: "email", groupsClaim: "groups", audienceClaims: ["aud"] },
      },
    ],
  };
}

/** The proxy removes such headers from requests of browsers before it adds its own. */
function headers({ user, groups }: IdentityHeaders = { user: "X-Forwarded-Email", groups: "X-Forwarded-Groups" }): JsonObject[] {
  const header = (name: string, claim: string) => ({ name, values: [{ claimSource: { claim } }] });
  return [header(user, "email"), ...(groups === undefined ? [] : [header(groups, "groups")])];
}

/** Arguments of a proxy. */
export function proxyArgs({ emailDomains }: OAuth2ProviderSettings, { host }: SignInAsk): string[] {
  return [
    `--alpha-config=${CONFIG_FOLDER}/config.yaml`,
    `--redirect-url=https://${host}/oauth2/callback`,
    ...emailDomains.map((domain) => `--email-domain=${domain}`),
    // Behind a gateway that ends TLS.
    "--reverse-proxy=true",
    "--cookie-secure=true",
    "--cookie-samesite=lax",
    "--skip-provider-button=true",
    "--silence-ping-logging=true",
  ];
}
