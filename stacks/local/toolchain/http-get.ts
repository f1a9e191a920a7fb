/** GET of a file through the proxy of the environment variables, following redirects. */

import * as http from "node:http";
import * as https from "node:https";
import { connect } from "node:tls";
import { environmentProxy, hostOf } from "#stacks/cluster/proxy";
import { openTunnel, portOf, proxyAuthorization, type TunnelTls } from "#stacks/cluster/tunnel";

/** GitHub redirects once; a mirror may add redirects. */
const REDIRECTS = 5;

/** Certificates for a proxy over TLS; NODE_EXTRA_CA_CERTS applies to it too. */
const VERIFIED: TunnelTls = { rejectUnauthorized: true };

const MOVED: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

/**
 * The response to a GET, with its body unread. User and password in the address become a header for that host only.
 *
 * @param signal ends the request, even while the body is read
 */
export async function get(url: URL, signal: AbortSignal): Promise<http.IncomingMessage> {
  let at = url;
  for (let hops = 0; hops <= REDIRECTS; hops++) {
    const answer = await getOnce(at, at.origin === url.origin ? authorization(url) : {}, signal);
    const { location } = answer.headers;
    if (!MOVED.has(answer.statusCode) || location === undefined) return answer;
    answer.destroy();
    at = new URL(location, at);
  }
  throw new Error(`more than ${REDIRECTS} redirects`);
}

async function getOnce(url: URL, headers: http.OutgoingHttpHeaders, signal: AbortSignal): Promise<http.IncomingMessage> {
  const secure = url.protocol === "https:";
  const host = hostOf(url);
  const port = Number(url.port) || (secure ? 443 : 80);
  const asked = { host, port, path: `${url.pathname}${url.search}`, headers: { host: url.host, ...headers }, signal };
  const proxy = environmentProxy(url);
  if (proxy === undefined) return answerOf((secure ? https : http).get({ ...asked, agent: false }));
  if (secure || proxy.protocol.startsWith("socks")) {
    const socket = await openTunnel({ proxy, host, port, tls: VERIFIED, signal });
    // Without `agent`, which would open its own connection.
    if (!secure) return answerOf(http.get({ ...asked, createConnection: () => socket }));
    return answerOf(https.get({ ...asked, createConnection: () => connect({ socket, servername: host }) }));
  }
  // Proxies allow tunnels to the HTTPS port only; plain HTTP requests go to the proxy with the full URL.
  const whole = { path: url.href, headers: { ...asked.headers, ...proxyAuthorization(proxy) } };
  const ofProxy = { ...asked, ...whole, host: hostOf(proxy), port: portOf(proxy), agent: false };
  return answerOf((proxy.protocol === "https:" ? https : http).get(ofProxy));
}

function answerOf(request: http.ClientRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
}

function authorization({ username, password }: URL): http.OutgoingHttpHeaders {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
