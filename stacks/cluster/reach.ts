/** The first question to a cluster: does it answer at all? */

import type { ClusterAccess } from "./access";
import { ApiError, ConnectionError, codeOf, messageOf } from "./api-error";
import type { KubeClient } from "./client";
import { proxyOf } from "./connections";
import { withRetry } from "./retry";

/** With the start of the command and a synth of a thousand objects it makes less than ten seconds. */
const ANSWER_WITHIN_MS = 6_000;

/** A cluster that does not answer; the message names it and says what to do. */
export class UnreachableError extends ConnectionError {
  public constructor(access: ClusterAccess, reason: unknown) {
    const { context, server } = access;
    const proxy = proxyOf(access);
    const through = proxy ? ` through proxy ${proxy.protocol}//${proxy.host}` : "";
    super(`cannot reach the cluster of context ${context} at ${server}${through}: ${messageOf(reason)}; ${fixFor(reason, proxy)}`, false, {
      cause: reason,
    });
    this.name = "UnreachableError";
  }
}

/**
 * Does `work` on a cluster that answers. The time that a credential plugin takes does not count. Any answer does, also that the
 * server is busy, or that we may not ask.
 *
 * @throws UnreachableError when there is no answer in time, or none any more
 * @throws ApiError when the server does not accept the credentials
 */
export async function whileAnswering<T>(client: KubeClient, work: () => Promise<T>, withinMs = ANSWER_WITHIN_MS): Promise<T> {
  try {
    await client.signIn();
    await firstAnswer(client, withinMs);
    return await work();
  } catch (error) {
    throw error instanceof ConnectionError ? new UnreachableError(client.access, error) : error;
  }
}

function firstAnswer(client: KubeClient, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  return withRetry(() => answer(client, Math.max(1, end - performance.now())), { deadlineMs: withinMs });
}

async function answer(client: KubeClient, withinMs: number): Promise<void> {
  try {
    await client.json({ method: "GET", path: "/version", withinMs }, { retry: { deadlineMs: 0 } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 401) throw error;
  }
}

/** Codes of Node for a name that is not found; of OpenSSL for a certificate that does not fit start with the others. */
const NAME_CODES = ["ENOTFOUND", "EAI_AGAIN"];
const CERTIFICATE_CODES = /^(ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_)/;

function fixFor(reason: unknown, proxy: URL | undefined): string {
  const code = codeOf(reason) || codeOf(causeOf(reason));
  if (CERTIFICATE_CODES.test(code)) return "check certificate-authority and tls-server-name of its cluster in the kubeconfig";
  if (proxy) return "check the proxy (proxy-url, HTTPS_PROXY, NO_PROXY), and that it reaches the cluster";
  if (NAME_CODES.includes(code)) return "check its server in the kubeconfig, the VPN, or set the proxy it needs (HTTPS_PROXY, proxy-url)";
  return "check that it runs, its server in the kubeconfig, and the VPN or proxy to it";
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
