/** The language host: implements the engine's language runtime service for Node.js. */

import { delimiter, dirname } from "node:path";
import { type ServerUnaryCall, type ServerWritableStream, type sendUnaryData, status } from "@grpc/grpc-js";
import {
  type AboutRequest,
  AboutResponse,
  DependencyInfo,
  type GetProgramDependenciesRequest,
  GetProgramDependenciesResponse,
  type GetRequiredPackagesRequest,
  GetRequiredPackagesResponse,
  type GetRequiredPluginsRequest,
  GetRequiredPluginsResponse,
  type InstallDependenciesRequest,
  InstallDependenciesResponse,
  LanguageHandshakeResponse,
  type RunRequest,
  RunResponse,
  RuntimeOptionsResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { providerVersion } from "../../program/provider-version";
import { Children, type Ended } from "./children";
import { runtimeOptions } from "./options";
import { installedPackages, type ProviderPlugin, resolveFrom } from "./packages";
import { type HostSettings, programArguments, programEnvironment } from "./program";
import { Empty } from "./service";

/** Version of the official host that this one matches: that of the engine this project builds. */
export const HOST_VERSION = "3.259.0";

/** Exit code of a program that has reported its error itself. Source: `@pulumi/pulumi/cmd/run`. */
const ALREADY_REPORTED = 32;

/** Message of the official host if the SDK cannot be resolved from the program. */
const NO_SDK = "It looks like the Pulumi SDK has not been installed. Have you run npm install or yarn install?";

/** One response to one request. */
type Unary<Request, Response> = (call: Pick<ServerUnaryCall<Request, Response>, "request">, reply: sendUnaryData<Response>) => void;

/** Start arguments of the host. */
export interface HostArguments extends Pick<HostSettings, "engine" | "tracing"> {
  /** Module that runs programs, from PULUMI_LANGUAGE_NODEJS_RUN_PATH. @default "@pulumi/pulumi/cmd/run" */
  readonly runModule?: string;
}

/** The calls of `LANGUAGE_RUNTIME`, and the processes behind them. */
export function languageHost(settings: HostArguments, children: Children = new Children()) {
  return {
    handshake: answer(() => new LanguageHandshakeResponse()),
    getPluginInfo: answer(() => new PluginInfo().setVersion(HOST_VERSION)),
    getRequiredPlugins: answer(requiredPlugins),
    getRequiredPackages: answer(requiredPackages),
    run: answer((request: RunRequest) => runProgram(request, settings, children)),
    installDependencies: (call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>) => {
      install(call, children).catch((error: unknown) => call.emit("error", failure(error)));
    },
    runtimeOptionsPrompts: answer(() => new RuntimeOptionsResponse()),
    about: answer((_: AboutRequest) => new AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
    getProgramDependencies: answer(programDependencies),
    cancel: answer((_: Empty) => {
      children.stop();
      return new Empty();
    }),
  };
}

/** A function as a gRPC handler: its exception becomes the call's error. */
function answer<Request, Response>(work: (request: Request) => Response | Promise<Response>): Unary<Request, Response> {
  return (call, reply) => {
    Promise.resolve(call.request)
      .then(work)
      .then(
        (response) => reply(null, response),
        (error: unknown) => reply(failure(error)),
      );
  };
}

function failure(error: unknown): { readonly code: status; readonly details: string } {
  return { code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}

async function runProgram(request: RunRequest, settings: HostArguments, children: Children): Promise<RunResponse> {
  if (request.getAttachDebugger())
    throw new Error("this Node.js host attaches no debugger; install the official one for --attach-debugger");
  const folder = request.getPwd() || process.cwd();
  const options = runtimeOptions(request.getInfo());
  const runPath = locateRun(settings.runModule ?? "@pulumi/pulumi/cmd/run", folder);
  if (runPath === undefined) throw new Error(NO_SDK);
  // stdout and stderr are inherited: the engine reads both and shows them as the program's output.
  const ended = await children.run([process.execPath, ...programArguments(request, { ...settings, runPath }, options)], {
    cwd: folder,
    env: { ...process.env, ...programEnvironment(request, options) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return children.cancelled ? new RunResponse().setBail(true) : runResponse(ended);
}

function locateRun(module: string, folder: string): string | undefined {
  try {
    return resolveFrom(folder, module);
  } catch {
    return undefined;
  }
}

function runResponse(ended: Ended): RunResponse {
  switch (ended.type) {
    case "not-started":
      return new RunResponse().setError(`Problem executing program (could not run language executor): ${ended.reason}`);
    case "killed":
      return new RunResponse().setError(`Program exited unexpectedly: signal: ${ended.signal}`);
    case "exited":
      if (ended.code === 0) return new RunResponse();
      if (ended.code === ALREADY_REPORTED) return new RunResponse().setBail(true);
      return new RunResponse().setError(`Program exited with non-zero exit code: ${ended.code}`);
  }
}

function requiredPlugins(request: GetRequiredPluginsRequest): GetRequiredPluginsResponse {
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd();
  return new GetRequiredPluginsResponse().setPluginsList(
    providersOf(folder).map(({ name, version, server }) =>
      new PluginDependency().setName(name).setKind("resource").setVersion(version).setServer(server),
    ),
  );
}

function requiredPackages(request: GetRequiredPackagesRequest): GetRequiredPackagesResponse {
  const folder = request.getInfo()?.getProgramDirectory() ?? process.cwd();
  return new GetRequiredPackagesResponse().setPackagesList(
    providersOf(folder).map(({ name, version, server }) =>
      new PackageDependency().setName(name).setKind("resource").setVersion(version).setServer(server),
    ),
  );
}

/** Providers that the program's packages need. The engine downloads them before the program runs, in the versions that it requests. */
function providersOf(folder: string): ProviderPlugin[] {
  const plugins = installedPackages(folder, true).flatMap(({ plugin }) => (plugin ? [plugin] : []));
  const pinned = providerVersion();
  return plugins.map((plugin) => (plugin.name === "kubernetes" && pinned !== undefined ? { ...plugin, version: `v${pinned}` } : plugin));
}

function programDependencies(request: GetProgramDependenciesRequest): GetProgramDependenciesResponse {
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const packages = installedPackages(folder, request.getTransitivedependencies());
  return new GetProgramDependenciesResponse().setDependenciesList(
    packages.map(({ name, version }) => new DependencyInfo().setName(name).setVersion(version)),
  );
}

async function install(
  call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>,
  children: Children,
): Promise<void> {
  const { packageManager } = runtimeOptions(call.request.getInfo());
  const cwd = call.request.getDirectory() || call.request.getInfo()?.getProgramDirectory() || process.cwd();
  const tell = (text: string): void => void call.write(new InstallDependenciesResponse().setStdout(Buffer.from(text)));
  tell("Installing dependencies...\n\n");
  const env = { ...process.env, PATH: [process.env["PATH"], dirname(process.execPath)].join(delimiter) };
  const ended = await children.run([packageManager, "install"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] }, (child) => {
    child.stdout?.on("data", (chunk: Buffer) => call.write(new InstallDependenciesResponse().setStdout(chunk)));
    child.stderr?.on("data", (chunk: Buffer) => call.write(new InstallDependenciesResponse().setStderr(chunk)));
  });
  if (ended.type !== "exited" || ended.code !== 0) throw new Error(`${packageManager} install failed: ${howEnded(ended)}`);
  tell("Finished installing dependencies\n\n");
  call.end();
}

function howEnded(ended: Ended): string {
  if (ended.type === "not-started") return ended.reason;
  return ended.type === "killed" ? `signal ${ended.signal}` : `exit status ${ended.code}`;
}
