/** Proxies in environment variables, and the hosts that must not be reached through them. */

/** Names of variables with a proxy's address: curl, Python and Go read either case, gRPC lower case only. */
const PROXY = /^(?:https?|all|grpc)_proxy$/i;

/** Hosts of the pod and of the cluster: a proxy outside cannot reach them. */
const INSIDE = ["localhost", "127.0.0.1", "::1", ".svc", ".cluster.local"];

/** Is this the name of a variable with a proxy's address? */
export function isProxyVariable(name: string): boolean {
  return PROXY.test(name);
}

/**
 * Variables with exceptions for hosts inside the cluster, if one of them is a proxy.
 *
 * @param others names of further variables of the same container, such as those from Secrets
 * @param hosts further hosts, or domains with a dot in front
 */
export function withProxyExceptions(
  env: Readonly<Record<string, string>>,
  others: readonly string[] = [],
  hosts: readonly string[] = [],
): Readonly<Record<string, string>> {
  if (![...Object.keys(env), ...others].some(isProxyVariable)) return env;
  const own = [env["NO_PROXY"], env["no_proxy"]].flatMap((text) => text?.split(",").map((host) => host.trim()) ?? []);
  const exceptions = [...new Set([...own, ...INSIDE, ...hosts])].filter((host) => host !== "").join(",");
  return { ...env, NO_PROXY: exceptions, no_proxy: exceptions };
}
