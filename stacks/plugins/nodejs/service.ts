/** The engine's `LanguageRuntime` service as gRPC sees it, over the messages of `@pulumi/pulumi/proto`; upstream ships its bindings without types. */

import type { MethodDefinition } from "@grpc/grpc-js";
import {
  AboutRequest,
  AboutResponse,
  GetProgramDependenciesRequest,
  GetProgramDependenciesResponse,
  GetRequiredPackagesRequest,
  GetRequiredPackagesResponse,
  GetRequiredPluginsRequest,
  GetRequiredPluginsResponse,
  InstallDependenciesRequest,
  InstallDependenciesResponse,
  LanguageHandshakeRequest,
  LanguageHandshakeResponse,
  RunRequest,
  RunResponse,
  RuntimeOptionsRequest,
  RuntimeOptionsResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";

/** A message that knows its own bytes. */
interface Message {
  serializeBinary(): Uint8Array;
}

/** The class of a message. */
interface MessageClass<T extends Message> {
  deserializeBinary(bytes: Uint8Array): T;
}

/** `google.protobuf.Empty`: no fields, so no bytes. */
export class Empty implements Message {
  /** Any bytes are fields of a later version, and ignored. */
  public static deserializeBinary(_bytes: Uint8Array): Empty {
    return new Empty();
  }

  public serializeBinary(): Uint8Array {
    return new Uint8Array();
  }
}

/** Every call of the service that this host answers; gRPC itself answers `UNIMPLEMENTED` to the others, as the engine expects of a host without them. */
export const LANGUAGE_RUNTIME = {
  handshake: unary("Handshake", LanguageHandshakeRequest, LanguageHandshakeResponse),
  getRequiredPlugins: unary("GetRequiredPlugins", GetRequiredPluginsRequest, GetRequiredPluginsResponse),
  getRequiredPackages: unary("GetRequiredPackages", GetRequiredPackagesRequest, GetRequiredPackagesResponse),
  run: unary("Run", RunRequest, RunResponse),
  getPluginInfo: unary("GetPluginInfo", Empty, PluginInfo),
  installDependencies: {
    ...unary("InstallDependencies", InstallDependenciesRequest, InstallDependenciesResponse),
    responseStream: true,
  },
  runtimeOptionsPrompts: unary("RuntimeOptionsPrompts", RuntimeOptionsRequest, RuntimeOptionsResponse),
  about: unary("About", AboutRequest, AboutResponse),
  getProgramDependencies: unary("GetProgramDependencies", GetProgramDependenciesRequest, GetProgramDependenciesResponse),
  cancel: unary("Cancel", Empty, Empty),
} as const;

function unary<Request extends Message, Response extends Message>(
  name: string,
  request: MessageClass<Request>,
  response: MessageClass<Response>,
): MethodDefinition<Request, Response> {
  return {
    path: `/pulumirpc.LanguageRuntime/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: bytesOf,
    requestDeserialize: (bytes) => request.deserializeBinary(bytes),
    responseSerialize: bytesOf,
    responseDeserialize: (bytes) => response.deserializeBinary(bytes),
  };
}

function bytesOf(message: Message): Buffer {
  return Buffer.from(message.serializeBinary());
}
