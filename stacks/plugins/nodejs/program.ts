/** The command line and environment variables of a program, as `@pulumi/pulumi/cmd/run` reads them. */

import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import type { RuntimeOptions } from "./options";

/** Settings of the host besides the request. */
export interface HostSettings {
  /** Address of the engine, the host's own first argument. */
  readonly engine: string;
  /** Resolved path of `@pulumi/pulumi/cmd/run`. */
  readonly runPath: string;
  /** Endpoint of a trace collector, from the host's `--tracing`. @default none */
  readonly tracing?: string;
}

/** Arguments of `node`. Official rule: only flags with a value are passed; the program comes last, `.` by default. */
export function programArguments(request: RunRequest, host: HostSettings, options: RuntimeOptions): string[] {
  const flags: readonly (readonly [string, string])[] = [
    ["monitor", request.getMonitorAddress()],
    ["engine", host.engine],
    ["organization", request.getOrganization()],
    ["project", request.getProject()],
    ["stack", request.getStack()],
    ["pwd", request.getPwd()],
    ["root-directory", request.getInfo()?.getRootDirectory() ?? ""],
    ["parallel", String(request.getParallel())],
    ["tracing", host.tracing ?? ""],
  ];
  return [
    ...options.nodeArguments,
    host.runPath,
    ...flags.flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

/** Variables of the program, in addition to the host's own. */
export function programEnvironment(request: RunRequest, options: RuntimeOptions): Record<string, string> {
  const config = Object.fromEntries(request.getConfigMap().toArray().map(configEntry));
  return {
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(options.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(options.tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

/** Official rule: keys are passed as `<namespace>:config:<name>`, which SDKs of every version read. */
function configEntry([key, value]: [string, string]): [string, string] {
  const colon = key.indexOf(":");
  if (colon < 0 || key.startsWith("config:", colon + 1)) return [key, value];
  return [`${key.slice(0, colon)}:config:${key.slice(colon + 1)}`, value];
}
