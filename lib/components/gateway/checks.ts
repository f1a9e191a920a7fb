/** Rules on routes that a schema cannot express. */

import type { Problem } from "#lib/core/problem";
import { nearest, show } from "#lib/core/schema";
import type { WebInterface } from "#lib/kube/web-interface";
import type { GatewaySettings, RouteSettings } from "./schema";

/** Problems of the gateway without its UIs; `path` is its path in the file. */
export function gatewayProblems({ through, routes }: GatewaySettings, path: string): Problem[] {
  return [...ownDataPlane(through, path), ...sameHosts(routes, path), ...noRoutes(routes, path)];
}

/** Policies of our namespaces deny what is not listed, such as the way from a data plane to its controller. */
function ownDataPlane(through: GatewaySettings["through"], path: string): Problem[] {
  const { type, namespace, source } = through;
  if (type !== "gateway-class" || source.type !== "pods" || source.namespace !== namespace) return [];
  return [
    {
      id: "gateway.data-plane-in-own-namespace",
      path: `${path}.through.source.namespace`,
      got: `the pods of the data plane in ${namespace}, the namespace that this environment creates for the Gateway`,
      allowed: "another namespace: the network policies here would cut them off from their controller",
      fix: 'create the Gateway with its controller, and use type: "existing"',
    },
  ];
}

function sameHosts(routes: GatewaySettings["routes"], path: string): Problem[] {
  const all = Object.entries(routes);
  return all.flatMap(([name, { host }], at) => {
    const [other] = all.slice(0, at).find(([, one]) => one.host === host) ?? [];
    if (other === undefined) return [];
    return [
      {
        id: "gateway.host-twice",
        path: `${path}.routes.${name}.host`,
        got: `${host}, which the route ${other} already has`,
        allowed: "one route for each host: UIs stand at the root of theirs",
        fix: "use another host name",
      },
    ];
  });
}

function noRoutes(routes: GatewaySettings["routes"], path: string): Problem[] {
  if (Object.keys(routes).length > 0) return [];
  return [
    {
      id: "gateway.no-routes",
      path: `${path}.routes`,
      got: "no routes",
      allowed: "at least one",
      fix: "add a route, or remove gateway",
    },
  ];
}

/** Without cert-manager nobody makes the Secrets of the certificates. */
export function issuerProblems({ through }: GatewaySettings, hasIssuer: boolean, path: string): Problem[] {
  if (through.type !== "gateway-class" || hasIssuer) return [];
  return [
    {
      id: "gateway.no-certificate-issuer",
      path: `${path}.through.issuer`,
      got: `the issuer ${through.issuer.name} in an environment without cert-manager`,
      allowed: "an issuer of cert-manager",
      fix: "add certManager: {}, or certManager: { existing: true } if the cluster has it",
    },
  ];
}

/** The problem of a route to nothing. */
export function unknownInterface({ to }: RouteSettings, known: readonly string[], path: string): Problem {
  const near = nearest(to, known);
  return {
    id: "gateway.unknown-ui",
    path: `${path}.to`,
    got: show(to),
    allowed: known.length > 0 ? `one of ${known.join(", ")}` : "the path of something with a UI, but the environment has none",
    fix: near === undefined ? "use the path of something with a UI" : `did you mean ${near}?`,
  };
}

/** Problems of a route to a UI. */
export function routeProblems({ host, to, signIn }: RouteSettings, web: WebInterface, path: string): Problem[] {
  return [...(signIn ? [] : unprotected(to, web, path)), ...unknownHost(host, to, web, path)];
}

function unprotected(to: string, { authentication, identityHeaders }: WebInterface, path: string): Problem[] {
  if (authentication === "own") return [];
  return [
    {
      id: "gateway.open-ui",
      path: `${path}.signIn`,
      got: `${to}, whose UI ${identityHeaders ? "believes every request who its user is" : "has no authentication of its own"}, and nobody who signs people in`,
      allowed: "a sign-in, or a UI with authentication of its own",
      fix: "add oauth2Proxy.providers, and name one with signIn",
    },
  ];
}

function unknownHost(host: string, to: string, { hosts }: WebInterface, path: string): Problem[] {
  if (!hosts || hosts.known.some((each) => covers(each, host))) return [];
  return [
    {
      id: "gateway.host-not-allowed",
      path: `${path}.host`,
      got: `${host}, by which ${to} does not let itself be called`,
      allowed: hosts.known.join(", ") || "no other host yet",
      fix: `add ${show(host)} to ${to}.${hosts.prop}`,
    },
  ];
}

/** `*` stands for any characters. */
function covers(pattern: string, host: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.]/g, "\\."));
  return new RegExp(`^${parts.join(".*")}$`).test(host);
}
