/** The way from the gateway to one UI: a proxy where people sign in, network flows, and an HTTPRoute. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { HTTPRouteSpec } from "#lib/imports/gateway-api/index";
import { ANYWHERE, allow, type FlowEnd, pods } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { addRequirements } from "#lib/kube/requirement";
import type { WebBackend } from "#lib/kube/sign-in";
import type { WebInterface } from "#lib/kube/web-interface";
import { GATEWAY, listenerOf } from "./names";
import { gatewayPin } from "./pin";
import type { GatewaySettings, RouteSettings } from "./schema";

/** Props of a {@link WebRoute}. */
export interface WebRouteProps {
  readonly name: string;
  readonly through: GatewaySettings["through"];
  readonly route: RouteSettings;
  readonly webInterface: WebInterface;
}

/** A route. */
export class WebRoute extends Construct {
  /** Namespace from which the HTTPRoute comes. */
  public readonly namespace: string;

  public constructor(scope: Construct, id: string, { name, through, route, webInterface }: WebRouteProps) {
    super(scope, id);
    setOwner(this, gatewayPin.name);
    const { host, signIn } = route;
    const callers = sourceOf(through);
    const backend = signIn ? signIn.protect(this, { name, host, webInterface, callers }) : backendOf(webInterface);
    if (!signIn) allow(this, [{ name: `gateway-to-ui.${name}`, from: callers, to: webInterface.pods, ports: webInterface.ports }]);
    this.namespace = backend.namespace;
    const spec: HTTPRouteSpec = {
      parentRefs: [parentOf(name, through)],
      hostnames: [host],
      rules: [{ matches: [{ path: { type: "PathPrefix", value: "/" } }], backendRefs: [{ name: backend.service, port: backend.port }] }],
    };
    new ApiObject(this, "Resource", {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name, namespace: backend.namespace },
      spec,
    });
    addRequirements(this, [{ type: "hostname", name: host, purpose: "DNS record of the gateway's address" }]);
  }
}

function backendOf({ service, namespace, port }: WebInterface): WebBackend {
  return { service, namespace, port };
}

function sourceOf({ source }: GatewaySettings["through"]): FlowEnd {
  return source.type === "pods" ? pods(source.namespace, source.labels) : ANYWHERE;
}

function parentOf(name: string, through: GatewaySettings["through"]) {
  if (through.type === "gateway-class") return { name: GATEWAY, namespace: through.namespace, sectionName: listenerOf(name) };
  const { listener } = through;
  return { name: through.name, namespace: through.namespace, ...(listener !== undefined && { sectionName: listener }) };
}
