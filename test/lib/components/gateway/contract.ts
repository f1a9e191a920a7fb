/** The gateway in the contract suite, with a UI of each kind. */

import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import { type GatewayProps, gatewayPin, gatewaySchema, WebGateway } from "#lib/components/gateway/index";
import { OAuth2Provider } from "#lib/components/oauth2-proxy/index";
import type { WebInterface } from "#lib/kube/web-interface";
import { contractEntry } from "../../../contract/entry";
import { PROVIDER, UI } from "../oauth2-proxy/places";

const own: WebInterface = { ...UI, service: "grafana", authentication: "own" };
const picky: WebInterface = { ...own, service: "mlflow", hosts: { known: ["*.example.com"], prop: "allowedHosts" } };
const interfaces = new Map([
  ["monitoring", own],
  ["mlflow.servers.main", picky],
  ["kubeflowModelRegistry.servers.main", UI],
]);

const elsewhere = new Chart(new App(), "elsewhere");
const signIn = new OAuth2Provider(elsewhere, "Provider", { ...PROVIDER, name: "company" });
const source = { type: "pods", namespace: "envoy-gateway-system" } as const;
const through = { type: "gateway-class", class: "envoy", issuer: { name: "letsencrypt" }, source } as const;
const grafana = { host: "grafana.example.com", to: "monitoring" };

const gateway = contractEntry<GatewayProps>({
  title: "WebGateway",
  pin: gatewayPin,
  schema: gatewaySchema,
  build: (scope: Construct, props) => {
    new WebGateway(scope, "Subject", { ...props, interfaces, certificates: true });
  },
  smallest: { through, routes: { grafana } },
  variants: {
    through: { through: { type: "existing", name: "shared", namespace: "gateways", listener: "https", source: { type: "anywhere" } } },
    routes: { routes: { grafana, models: { host: "models.example.com", to: "kubeflowModelRegistry.servers.main", signIn } } },
  },
  refused: {
    "spec.wrong-value": { routes: { grafana: { ...grafana, host: "https://grafana" } } },
    "gateway.no-routes": { routes: {} },
    "gateway.host-twice": { routes: { grafana, mlflow: { host: grafana.host, to: "mlflow.servers.main" } } },
    "gateway.unknown-ui": { routes: { grafana: { ...grafana, to: "mlflow.servers.mian" } } },
    "gateway.open-ui": { routes: { models: { host: "models.example.com", to: "kubeflowModelRegistry.servers.main" } } },
    "gateway.host-not-allowed": { routes: { mlflow: { host: "mlflow.example.org", to: "mlflow.servers.main" } } },
    "gateway.data-plane-in-own-namespace": { through: { ...through, source: { type: "pods", namespace: "gateway" } } },
  },
});

/** What the contract suite tries. */
export const entries = [gateway];
