/** The engine's `LanguageRuntime` service for gRPC, with the messages of `@pulumi/pulumi/proto`; upstream ships its bindings without types. */

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

/** A message that serializes itself. */
interface Message {
  serializeBinary(): Uint8Array;
}

/** The class of a message. */
interface MessageClass<T extends Message> {
  deserializeBinary(bytes: Uint8Array): T;
}

/** `google.protobuf.Empty`: no fields, so no bytes. */
export class Empty implements Message {
  /** Bytes would be fields of a later version: ignored. */
  public static deserializeBinary(_bytes: Uint8Array): Empty {
    return new Empty();
  }

  public serializeBinary(): Uint8Array {
    return new Uint8Array();
  }
}

/** Every call that this host implements; gRPC answers `UNIMPLEMENTED` to others, which the engine expects. */
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
