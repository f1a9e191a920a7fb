/** Serves the engine's ResourceProvider protocol. What is not answered here the engine does without. */

import { type handleUnaryCall, Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type KubernetesProvider, VERSION } from "./provider";
import { checkCall, checkResponse, diffResponse, fromStruct, toServiceError, toStruct } from "./wire";

/** Serves a provider on a free loopback port. @returns the port */
export function serve(provider: KubernetesProvider): Promise<number> {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, implementation(provider));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
  });
}

function implementation(provider: KubernetesProvider): UntypedServiceImplementation {
  return { ...information(), ...configuration(provider), ...resources(provider) };
}

function information(): UntypedServiceImplementation {
  return {
    getPluginInfo: unary(() => new PluginInfo().setVersion(VERSION)),
    getSchema: unary(() => new pb.GetSchemaResponse().setSchema(JSON.stringify({ name: "kubernetes", version: VERSION }))),
    getMapping: unary(() => new pb.GetMappingResponse()),
  };
}

function configuration(provider: KubernetesProvider): UntypedServiceImplementation {
  return {
    checkConfig: unary((request: pb.CheckRequest) => checkResponse(provider.checkConfig(checkCall(request)))),
    diffConfig: unary((request: pb.DiffRequest) => diffResponse(provider.diffConfig(diffCall(request)))),
    configure: unary((request: pb.ConfigureRequest) => {
      provider.configure(
        new Map(
          request
            .getVariablesMap()
            .toObject(false)
            .map(([name, value]) => [name, value]),
        ),
      );
      return new pb.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true).setSupportsAutonamingConfiguration(true);
    }),
    cancel: unary(() => {
      provider.cancel();
      return new Empty();
    }),
    invoke: unary((request: pb.InvokeRequest) => provider.invoke(request.getTok(), fromStruct(request.getArgs()))),
  };
}

function resources(provider: KubernetesProvider): UntypedServiceImplementation {
  return {
    check: unary(async (request: pb.CheckRequest) => checkResponse(await provider.check(checkCall(request)))),
    diff: unary(async (request: pb.DiffRequest) => diffResponse(await provider.diff(diffCall(request)))),
    create: unary(async (request: pb.CreateRequest) => {
      const { id, properties } = await provider.create({
        urn: request.getUrn(),
        properties: fromStruct(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
        preview: request.getPreview(),
      });
      return new pb.CreateResponse().setId(id).setProperties(toStruct(properties));
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const { id, properties, inputs } = await provider.read({
        urn: request.getUrn(),
        id: request.getId(),
        properties: fromStruct(request.getProperties()),
        inputs: fromStruct(request.getInputs()),
      });
      const response = new pb.ReadResponse().setId(id);
      return id === "" ? response : response.setProperties(toStruct(properties)).setInputs(toStruct(inputs));
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const options = { timeoutSeconds: request.getTimeout(), preview: request.getPreview() };
      const { properties } = await provider.update({ ...diffCall(request), ...options });
      return new pb.UpdateResponse().setProperties(toStruct(properties));
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      await provider.delete({
        urn: request.getUrn(),
        id: request.getId(),
        properties: fromStruct(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
      });
      return new Empty();
    }),
  };
}

function diffCall(request: pb.DiffRequest | pb.UpdateRequest) {
  return {
    urn: request.getUrn(),
    id: request.getId(),
    olds: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

/** Answers a call by a function; whatever it throws becomes the call's error. */
function unary<Request, Response>(answer: (request: Request) => Response | Promise<Response>): handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    Promise.resolve()
      .then(() => answer(request))
      .then(
        (response) => callback(null, response),
        (error) => callback(toServiceError(error)),
      );
  };
}
