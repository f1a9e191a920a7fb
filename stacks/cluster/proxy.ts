/** Which proxy a cluster is reached through: what the kubeconfig says, else the environment, read as Go's net/http reads it. */

import { BlockList, isIP } from "node:net";
import { domainToASCII } from "node:url";
import { KubeconfigError } from "./access";

/** Variables of a process. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Schemes of a kubeconfig's `proxy-url`. Source: client-go 0.34, `parseProxyURL`. */
const CLUSTER_SCHEMES = ["http:", "https:", "socks5:"];

/** Schemes of the variables; `socks5h` is the same as `socks5` for Go: the proxy looks names up. */
const VARIABLE_SCHEMES = [...CLUSTER_SCHEMES, "socks5h:"];

/** The proxy of a kubeconfig's `proxy-url`. @throws KubeconfigError */
export function clusterProxy(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && CLUSTER_SCHEMES.includes(url.protocol)) return url;
  throw new KubeconfigError("its proxy-url is no URL of http, https or socks5");
}

/**
 * The proxy for a server that has none of its own: `HTTPS_PROXY` or `HTTP_PROXY`, unless `NO_PROXY` names the server.
 * A server on this machine is never asked through one.
 *
 * @throws KubeconfigError where the variable is no address of a proxy
 */
export function environmentProxy(server: URL, env: Variables = process.env): URL | undefined {
  const name = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const text = env[name] || env[name.toLowerCase()];
  if (!text || isBypassed(server, env["NO_PROXY"] || env["no_proxy"] || "")) return undefined;
  const url = [text, `http://${text}`].flatMap((one) => (URL.canParse(one) ? [new URL(one)] : [])).find(({ host }) => host !== "");
  if (url && VARIABLE_SCHEMES.includes(url.protocol)) return url;
  throw new KubeconfigError(`${name} is no URL of a proxy; set it to one of http, https or socks5, or unset it`);
}

/** Host name of an address, an IPv6 one without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

function isBypassed(server: URL, noProxy: string): boolean {
  const host = hostOf(server);
  const port = server.port || (server.protocol === "https:" ? "443" : "80");
  if (host === "localhost" || inNetwork("127.0.0.0/8", host) || host === "::1") return true;
  return noProxy
    .toLowerCase()
    .split(",")
    .map((entry) => entry.trim())
    .some((entry) => entry === "*" || covers(entry, host, port));
}

/** An entry is a network, or an address or a domain with everything below it, these perhaps with a port. */
function covers(entry: string, host: string, port: string): boolean {
  if (inNetwork(entry, host)) return true;
  const [, bracketed, plain, only = ""] = /^(?:\[(.+)\]|([^:]*)):([^:]*)$/.exec(entry) ?? [undefined, undefined, entry];
  const name = bracketed ?? plain ?? "";
  if (only !== "" && only !== port) return false;
  return isIP(host) === 0 ? below(name, host) : inNetwork(`${name}/${isIP(name) === 6 ? 128 : 32}`, host);
}

/** `a.b` and `c.a.b` are below `a.b`, only the latter is below `.a.b` and `*.a.b`. */
function below(entry: string, host: string): boolean {
  const domain = domainToASCII(entry.replace(/^\*?\./, ""));
  return domain !== "" && (host.endsWith(`.${domain}`) || (host === domain && !/^\*?\./.test(entry)));
}

function inNetwork(network: string, host: string): boolean {
  const [, address = "", bits = ""] = /^(.+)\/(\d+)$/.exec(network) ?? [];
  const family = isIP(address);
  if (family === 0 || family !== isIP(host) || Number(bits) > (family === 6 ? 128 : 32)) return false;
  const type = family === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(address, Number(bits), type);
  return list.check(host, type);
}
