/** A UI, and a provider that signs people in for it. */

import type { Construct } from "constructs";
import { OAuth2Provider, type OAuth2ProviderProps } from "#lib/components/oauth2-proxy/index";
import { secretRef } from "#lib/core/secret-ref";
import { pods } from "#lib/kube/network";
import type { WebInterface } from "#lib/kube/web-interface";

/** A UI that takes users from its proxy. */
export const UI: WebInterface = {
  service: "registry-ui",
  namespace: "models",
  port: 8080,
  pods: pods("models", { app: "registry-ui" }),
  ports: [{ port: 8080 }],
  authentication: "none",
  identityHeaders: { user: "kubeflow-userid", groups: "kubeflow-groups" },
};

/** The fewest props of a provider. */
export const PROVIDER = {
  issuer: "https://id.example.com/realms/team",
  clientId: "beamstack",
  clientSecret: secretRef("sign-in", "client"),
  cookieSecret: secretRef("sign-in", "cookie"),
  emailDomains: ["example.com"],
} as const satisfies OAuth2ProviderProps;

/** A provider with a proxy in front of the UI. */
export function signIn(scope: Construct, props: OAuth2ProviderProps): void {
  const provider = new OAuth2Provider(scope, "Subject", { ...props, name: "company" });
  provider.protect(scope, { name: "models", host: "models.example.com", webInterface: UI, callers: pods("envoy") });
}
