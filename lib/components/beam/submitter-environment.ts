/** Environment variables of the submitter, and the ports outside of the cluster that it needs. */

import type { BeamPipelineDocument } from "#lib/beam/document";
import type { JsonObject } from "#lib/core/json";
import type { Problem } from "#lib/core/problem";
import { joinPath } from "#lib/core/schema";
import type { SecretRef } from "#lib/core/secret-ref";
import { environmentVariables } from "#lib/kube/pod-parts";
import { isProxyVariable, withProxyExceptions } from "#lib/kube/proxy";
import type { BeamPipelineSettings } from "./schema";

/** Variables of every submitter. */
const OWN = {
  HOME: "/tmp",
  // The pod's user has no entry in the image's passwd file: Python reads this variable instead.
  USER: "beam",
  PYTHONDONTWRITEBYTECODE: "1",
  PYTHONUNBUFFERED: "1",
};

/** What the variables depend on. */
export interface EnvironmentContext {
  readonly settings: Pick<BeamPipelineSettings, "env" | "secretEnv">;
  /** Variables that the runner gives, and those of its buckets. */
  readonly runner: Readonly<Record<string, string | SecretRef>>;
  /** Namespace of the runner, whose Services have names such as `main-rest.flink`. */
  readonly namespace: string;
}

/** The variables as a container has them; those of the pipeline override those of the runner. */
export function submitterVariables({ settings, runner, namespace }: EnvironmentContext): JsonObject[] {
  const { env = {}, secretEnv = {} } = settings;
  const all = Object.entries({ ...OWN, ...runner, ...env, ...secretEnv });
  const texts = all.flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []));
  const secrets = all.flatMap(([name, value]) => (typeof value === "string" ? [] : [[name, value] as const]));
  const values = withProxyExceptions(Object.fromEntries(texts), Object.keys(secretEnv), [`.${namespace}`]);
  return environmentVariables({ ...values, ...Object.fromEntries(secrets) });
}

/** If a container has two variables of one name, Kubernetes silently uses the last. */
export function variableProblems({ env = {}, secretEnv = {} }: EnvironmentContext["settings"], path: string): Problem[] {
  return Object.keys(secretEnv)
    .filter((name) => Object.hasOwn(env, name))
    .map((name) => ({
      id: "beam.variable-twice",
      path: joinPath(`${path}.secretEnv`, [name]),
      got: `the variable ${name}, which env sets too`,
      allowed: "each variable once",
      fix: "remove one of the two",
    }));
}

/** Ports of the URLs in the submitter's variables and in the pipeline's options, and those that the pipeline names itself. */
export function outsidePorts(
  { settings, runner }: { readonly settings: BeamPipelineSettings; readonly runner: Readonly<Record<string, string>> },
  document: BeamPipelineDocument,
): number[] {
  const variables = Object.entries({ ...runner, ...settings.env });
  const options = Object.values(settings.options).filter((value) => typeof value === "string");
  const inFile = document.values.flatMap(({ path, scalar }) => (path[0] === "options" && typeof scalar === "string" ? [scalar] : []));
  return [
    ...settings.outsidePorts,
    ...[...variables.map(([, value]) => value), ...options, ...inFile].flatMap(portsOf),
    ...variables.flatMap(([name, value]) => (isProxyVariable(name) ? proxyPort(value) : [])),
  ];
}

const URL_PATTERN = /(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?:[^\s/@]*@)?(?<host>\[[^\]]*\]|[^\s/:?#,"']+)(?::(?<port>\d{1,5}))?/gi;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };
const LOOPBACK = /^(?:localhost|127\.[\d.]+|\[::1\])$/i;

function portsOf(text: string): number[] {
  return [...text.matchAll(URL_PATTERN)].flatMap(({ groups: { scheme = "", host = "", port } = {} }) => {
    const number = port === undefined ? DEFAULT_PORTS[scheme.toLowerCase()] : Number(port);
    return number === undefined || LOOPBACK.test(host) ? [] : [number];
  });
}

/** A proxy may be given without a scheme. */
function proxyPort(value: string): number[] {
  const port = /^(?:[^\s/@]*@)?[^\s/:]+:(\d{1,5})\/?$/.exec(value)?.[1];
  return port === undefined ? [] : [Number(port)];
}
