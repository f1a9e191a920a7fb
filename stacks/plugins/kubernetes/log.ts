/** Messages to the engine, which shows them beside the resource they are about. */

import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Where messages go. */
export interface Log {
  /** A line that stays. An empty URN means the whole deployment. */
  message(severity: "info" | "warning", urn: string, text: string): void;
  /** What the resource is waiting for right now; replaces the one before. Empty: nothing any more. */
  status(urn: string, text: string): void;
}

/** The log of an engine. Messages are best effort: no resource fails because a line got lost. */
export function engineLog(address: string): Log {
  const unlimited = { "grpc.max_receive_message_length": -1 };
  const engine = new EngineClient(address, credentials.createInsecure(), unlimited);
  const shown = new Map<string, string>();
  const send = (severity: LogSeverity, message: string, about: { readonly urn: string; readonly ephemeral: boolean }) => {
    const request = new LogRequest().setSeverity(severity).setMessage(message).setUrn(about.urn).setEphemeral(about.ephemeral);
    engine.log(request, () => undefined);
  };
  return {
    message: (severity, urn, text) => {
      send(severity === "info" ? LogSeverity.INFO : LogSeverity.WARNING, text, { urn, ephemeral: false });
    },
    status: (urn, text) => {
      if ((shown.get(urn) ?? "") === text) return;
      if (text === "") shown.delete(urn);
      else shown.set(urn, text);
      send(LogSeverity.INFO, text, { urn, ephemeral: true });
    },
  };
}
