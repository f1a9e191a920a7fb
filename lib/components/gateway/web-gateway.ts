/** The gateway of an environment: its routes to UIs, and a Gateway for them unless one exists. */

import { Construct } from "constructs";
import { definitions } from "#lib/imports/gateway-api/index";
import { ManagedKinds } from "#lib/kube/managed-kinds";
import { ownerOf, setOwner, setPlace } from "#lib/kube/ownership";
import { addProblems, isSound } from "#lib/kube/problems";
import { settingsOf } from "#lib/kube/props";
import { definedKind } from "#lib/kube/references";
import type { WebInterface } from "#lib/kube/web-interface";
import { gatewayProblems, issuerProblems, routeProblems, unknownInterface } from "./checks";
import { Gateway, type GatewayHost } from "./gateway";
import { gatewayPin } from "./pin";
import { type GatewayProps, type GatewaySettings, gatewaySchema, type RouteSettings } from "./schema";
import { WebRoute } from "./web-route";

/** What the environment has. */
export interface GatewayPlace {
  /** UIs by the path of what has them. */
  readonly interfaces: ReadonlyMap<string, WebInterface>;
  /** Is there cert-manager? */
  readonly certificates: boolean;
}

/** Kinds that are used: the Gateway API has more. */
const OWN = new Set<string | undefined>(gatewayPin.kinds.map(({ kind }) => kind));

/** Routes, with the Gateway and certificates that they need. */
export class WebGateway extends Construct {
  public constructor(scope: Construct, id: string, props: GatewayProps & GatewayPlace) {
    super(scope, id);
    const { interfaces, certificates, ...own } = props;
    setOwner(this, gatewayPin.name);
    const settings = settingsOf(this, gatewaySchema, own as GatewayProps, {
      checks: (each, path) => [...gatewayProblems(each, path), ...issuerProblems(each, certificates, path)],
    });
    new ManagedKinds(this, "Kinds", { pin: gatewayPin, definitions: () => definitions().filter((each) => OWN.has(definedKind(each))) });
    const { through, routes } = settings;
    const hosts = Object.entries(routes).flatMap(([name, route]) => this.addRoute(name, { route, through, interfaces }) ?? []);
    if (through.type === "gateway-class" && hosts.length > 0 && isSound(this)) new Gateway(this, "Gateway", { through, hosts });
  }

  private addRoute(
    name: string,
    {
      route,
      through,
      interfaces,
    }: { readonly route: RouteSettings; readonly through: GatewaySettings["through"] } & Pick<GatewayPlace, "interfaces">,
  ): GatewayHost | undefined {
    const part = new Construct(this, `Route-${name}`);
    const path = `${ownerOf(this).source}.routes.${name}`;
    setPlace(part, { source: path });
    const webInterface = interfaces.get(route.to);
    addProblems(
      part,
      webInterface ? routeProblems(route, webInterface, path) : [unknownInterface(route, [...interfaces.keys()].sort(), path)],
    );
    if (!webInterface || !isSound(part)) return undefined;
    const { namespace } = new WebRoute(part, "Web", { name, through, route, webInterface });
    return { route: name, host: route.host, namespace };
  }
}
