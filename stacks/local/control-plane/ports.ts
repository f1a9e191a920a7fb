/** Free loopback ports, kept across restarts if they are still free. */

import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { LocalError } from "../local-error";
import { PORT_NAMES, type PortName, type Ports } from "./instance";

/** Below the ephemeral port range, so that no outgoing connection takes a port while its owner restarts. */
const RANGE = [20_000, 32_000] as const;
const TRIES = 200;

/** What to choose from. */
export interface PortChoice {
  /** Preferred ports of each name, best first. */
  readonly wanted: readonly Readonly<Partial<Ports>>[];
  /** Ports that our running programs hold: they stay. */
  readonly held: Readonly<Partial<Ports>>;
}

/** A port for each name: held ports stay, preferred ones are used if free, the rest is chosen. */
export async function choosePorts({ wanted, held }: PortChoice): Promise<Ports> {
  const chosen = new Map<PortName, number>();
  for (const name of PORT_NAMES) {
    const candidates = wanted.flatMap((ports) => ports[name] ?? []);
    chosen.set(name, held[name] ?? (await firstFree(candidates, chosen)) ?? (await anyFree(chosen)));
  }
  return Object.fromEntries(chosen) as Ports;
}

async function firstFree(candidates: readonly number[], chosen: ReadonlyMap<PortName, number>): Promise<number | undefined> {
  const taken = new Set(chosen.values());
  for (const port of candidates) if (!taken.has(port) && (await isFree(port))) return port;
  return undefined;
}

async function anyFree(chosen: ReadonlyMap<PortName, number>): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const port = await firstFree([randomInt(...RANGE)], chosen);
    if (port !== undefined) return port;
  }
  throw new LocalError(`no free loopback port between ${RANGE[0]} and ${RANGE[1]} in ${TRIES} tries`, "end what listens there");
}

/** Whether this loopback port is free. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
