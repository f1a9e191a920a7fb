/** A Gateway with one listener and one certificate for each host, and a redirect from HTTP. */

import { ApiObject } from "cdk8s";
import { Construct } from "constructs";
import type { CertificateSpec } from "#lib/imports/cert-manager/index";
import type { GatewaySpec, HTTPRouteSpec } from "#lib/imports/gateway-api/index";
import { setOwner } from "#lib/kube/ownership";
import { certificateOf, GATEWAY, listenerOf } from "./names";
import { gatewayPin } from "./pin";
import type { GatewaySettings } from "./schema";

/** A host, and where its route comes from. */
export interface GatewayHost {
  /** Name of the route. */
  readonly route: string;
  readonly host: string;
  /** Namespace of the HTTPRoute. */
  readonly namespace: string;
}

/** Props of a {@link Gateway}. */
export interface GatewayOfHosts {
  readonly through: Extract<GatewaySettings["through"], { type: "gateway-class" }>;
  readonly hosts: readonly GatewayHost[];
}

const API = "gateway.networking.k8s.io/v1";
const HTTP = "http";

/** A Gateway. */
export class Gateway extends Construct {
  public constructor(scope: Construct, id: string, { through, hosts }: GatewayOfHosts) {
    super(scope, id);
    setOwner(this, gatewayPin.name);
    const { namespace, issuer } = through;
    const spec: GatewaySpec = {
      gatewayClassName: through.class,
      listeners: [{ name: HTTP, port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "Same" } } }, ...hosts.map(listener)],
    };
    const gateway = new ApiObject(this, "Resource", { apiVersion: API, kind: "Gateway", metadata: { name: GATEWAY, namespace }, spec });
    for (const { route, host } of hosts) {
      const certificate: CertificateSpec = {
        secretName: certificateOf(route),
        dnsNames: [host],
        issuerRef: { group: "cert-manager.io", ...issuer },
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      };
      const made = new ApiObject(this, `Certificate-${route}`, {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name: route, namespace },
        spec: certificate,
      });
      // A listener without its Secret is refused.
      gateway.node.addDependency(made);
    }
    this.redirect(namespace, hosts);
  }

  private redirect(namespace: string, hosts: readonly GatewayHost[]): void {
    const spec: HTTPRouteSpec = {
      parentRefs: [{ name: GATEWAY, sectionName: HTTP }],
      hostnames: hosts.map(({ host }) => host),
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }],
        },
      ],
    };
    new ApiObject(this, "Redirect", { apiVersion: API, kind: "HTTPRoute", metadata: { name: "redirect-to-https", namespace }, spec });
  }
}

/** Routes of one namespace alone may attach. */
function listener({ route, host, namespace }: GatewayHost): GatewaySpec["listeners"][number] {
  return {
    name: listenerOf(route),
    hostname: host,
    port: 443,
    protocol: "HTTPS",
    tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: certificateOf(route) }] },
    allowedRoutes: { namespaces: { from: "Selector", selector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } } },
  };
}
