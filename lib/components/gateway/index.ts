/** UIs for people, by Gateway API. */

export { gatewayPin } from "./pin";
export { type GatewayProps, gatewaySchema } from "./schema";
export { gateway } from "./section";
export { type GatewayPlace, WebGateway } from "./web-gateway";
