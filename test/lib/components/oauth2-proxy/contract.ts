/** OAuth2 Proxy in the contract suite: a provider with a proxy in front of a UI. */

import { App, Chart } from "cdk8s";
import { NodePool } from "#lib/components/node-pools/index";
import { type OAuth2ProviderProps, oauth2ProviderSchema, oauth2ProxyPin } from "#lib/components/oauth2-proxy/index";
import { secretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { oauth2ProxyAlertCases } from "./alert-cases";
import { PROVIDER, signIn } from "./places";

const node = { cpu: 4, memory: Size.gibibytes(16) };
const pool = new NodePool(new Chart(new App(), "pools"), "Pool", { name: "cpu", type: "static", nodes: 2, node });

const provider = contractEntry<OAuth2ProviderProps>({
  title: "OAuth2Provider",
  pin: oauth2ProxyPin,
  schema: oauth2ProviderSchema,
  build: signIn,
  smallest: PROVIDER,
  variants: {
    namespace: { namespace: "people" },
    issuer: { issuer: "https://accounts.example.com" },
    clientId: { clientId: "other" },
    clientSecret: { clientSecret: secretRef("sign-in", "other") },
    cookieSecret: { cookieSecret: secretRef("sign-in", "other") },
    emailDomains: { emailDomains: ["*"] },
    groups: { groups: ["ml"] },
    scopes: { scopes: ["openid", "email", "groups"] },
    ca: { ca: secretRef("issuer-ca", "ca.crt") },
    replicas: { replicas: 2 },
    pool: { pool },
  },
  refused: {
    "spec.wrong-value": { issuer: "http://id.example.com" },
    "oauth2-proxy.no-openid-scope": { scopes: ["email"] },
    "oauth2-proxy.domains-without-effect": { emailDomains: ["*", "example.com"] },
  },
  alerts: oauth2ProxyAlertCases,
});

/** What the contract suite tries. */
export const entries = [provider];
