/** The version of the Kubernetes provider that the program asks the engine for. */

/** Set if the engine cannot download the SDK's version and has another one. */
export const PROVIDER_VERSION_VARIABLE = "BEAMSTACK_IAC_KUBERNETES_PROVIDER";

/** The version to ask for. @returns `undefined` for the SDK's own */
export function providerVersion(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  return env[PROVIDER_VERSION_VARIABLE] || undefined;
}
