/** Redis as its clients take it: an address, and the network flow to it. Redis may be inside the cluster or outside. */

import { z } from "zod";
import { ANYWHERE, type FlowProps, type PodsEnd } from "./network";

/** Address of Redis. */
export const redisAddressSchema = z
  .string()
  .regex(/^rediss?:\/\/[A-Za-z0-9][-A-Za-z0-9.]*:(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/, {
    error: "an address such as redis://redis.data:6379",
  });

/** Where Redis is. */
export interface RedisLocation {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** The parts of an address that {@link redisAddressSchema} accepts. */
export function redisLocation(address: string): RedisLocation {
  const [scheme = "", rest = ""] = address.split("://");
  const [host = "", port = ""] = rest.split(":");
  return { host, port: Number(port), tls: scheme === "rediss" };
}

/** Network flow from clients to Redis. */
export function redisFlow(name: string, from: PodsEnd, port: number): FlowProps {
  return { name, from, to: ANYWHERE, ports: [{ port }] };
}
