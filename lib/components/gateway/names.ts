/** Names of the objects of a Gateway. */

/** The Gateway. */
export const GATEWAY = "beamstack";

/** Listener of a route: a name that no listener of HTTP has. */
export function listenerOf(route: string): string {
  return `https-${route}`;
}

/** Secret of the certificate of a route. */
export function certificateOf(route: string): string {
  return `${route}-tls`;
}
