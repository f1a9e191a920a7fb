/** Section `gateway` of the environment file. */

import type { Construct } from "constructs";
import { section } from "#lib/environment/section";
import { definitions } from "#lib/imports/gateway-api/index";
import { operatorMode } from "#lib/kube/operator";
import { ownerOf } from "#lib/kube/ownership";
import { hasWebInterface, type WebInterface } from "#lib/kube/web-interface";
import { gatewayPin } from "./pin";
import { gatewaySchema } from "./schema";
import { WebGateway } from "./web-gateway";

declare module "#lib/environment/spec" {
  interface SectionSchemas {
    /** UIs for people: routes of Gateway API with TLS, and a sign-in in front of UIs without authentication. @default no UI can be reached from outside */
    gateway: typeof gatewaySchema;
  }
}

/** The gateway. It finds UIs in the tree after all sections were built. */
export const gateway = section({
  key: "gateway",
  // Before the stage of monitoring, which finds the proxies in the tree.
  stage: "foundation",
  pin: gatewayPin,
  crds: definitions,
  schema: gatewaySchema,
  gives: ["webRoutes"],
  foreign: ({ through: { source } }) => (source.type === "pods" ? [{ namespace: source.namespace, path: ["through", "source"] }] : []),
  build({ routes }, site) {
    site.give("webRoutes", "gateway", site.chart);
    for (const [name, { signIn }] of Object.entries(routes)) signIn?.announce(name);
  },
  finish(settings, site) {
    const { through } = settings;
    // Of somebody else; an embedded control plane does not have it.
    if (through.source.type === "pods" && operatorMode(site.chart) === "simulated")
      site.namespace(through.source.namespace, ["through", "source"]);
    const scope = site.part([], through.type === "gateway-class" ? { namespace: through.namespace } : {});
    const certificates = site.offers("certificateIssuer");
    new WebGateway(scope, "Gateway", { ...settings, interfaces: webInterfaces(site.tree), certificates });
  },
});

/** UIs of the environment by the path of what has them. */
function webInterfaces(tree: Construct): ReadonlyMap<string, WebInterface> {
  return new Map(
    tree.node
      .findAll()
      .filter(hasWebInterface)
      .map((each) => [ownerOf(each).source, each.webInterface]),
  );
}
