/** Labels of the pods of OAuth2 Proxy. */

/** Name of the route that a proxy belongs to. */
export const ROUTE_LABEL = "beamstack-iac/oauth2-proxy";
