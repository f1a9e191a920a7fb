/** Network flows from a gateway to UIs. */

import { secretRef } from "#lib/core/secret-ref";
import type { KubeObject } from "#lib/kube/object";
import { type NetworkFacts, type PodFacts, scraped, tcp } from "../../../network/facts";

function proxies({ metadata: { name, namespace = "" } }: KubeObject): PodFacts[] {
  if (!name.startsWith("sign-in-")) return [];
  const labels = { "app.kubernetes.io/name": name };
  return [{ kind: "oauth2-proxy", instance: name, namespace, labels, ports: tcp({ http: 4180, metrics: 44_180 }), hostNetwork: false }];
}

const user = { type: "secret", username: secretRef("db", "user"), password: secretRef("db", "password") } as const;

/** What the tests of network policies know of the gateway and of OAuth2 Proxy. */
export const network: NetworkFacts = {
  environments: {
    "a UI behind a gateway and a sign-in": {
      certManager: {},
      databases: { models: { type: "existing", engine: "postgres", host: "db.example.com", user, namespaces: ["model-registry"] } },
      kubeflowModelRegistry: { servers: { models: { database: "models", ui: { groups: ["ml"] } } } },
      oauth2Proxy: {
        providers: {
          company: {
            issuer: "https://id.example.com",
            clientId: "beamstack",
            clientSecret: secretRef("sign-in", "client"),
            cookieSecret: secretRef("sign-in", "cookie"),
            emailDomains: ["example.com"],
          },
        },
      },
      gateway: {
        through: {
          type: "gateway-class",
          class: "envoy",
          issuer: { name: "letsencrypt" },
          source: { type: "pods", namespace: "envoy", labels: { app: "envoy" } },
        },
        routes: { models: { host: "models.example.com", to: "kubeflowModelRegistry.servers.models", signIn: "company" } },
      },
    },
  },
  pods: { Deployment: proxies },
  needed: [
    {
      from: ["oauth2-proxy"],
      to: ["model-registry-ui"],
      ports: [8080],
      within: (from) => from === "sign-in-models",
      reason: "the UI behind it",
    },
    { from: ["oauth2-proxy"], to: ["internet"], ports: [443], reason: "the issuer" },
    scraped(44_180, "oauth2-proxy"),
  ],
  closed: [
    { from: ["oauth2-proxy"], to: ["model-registry"], ports: [8080], reason: "the server behind the UI" },
    { from: ["stranger"], to: ["oauth2-proxy"], ports: [44_180], reason: "metrics" },
  ],
};
