/** Kubernetes quantities as numbers, for sums and comparisons. Source of the grammar: apimachinery `resource.Quantity`. */

import type { JsonValue } from "#lib/core/json";

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

const QUANTITY = /^(?<amount>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?<suffix>[numkMGTPE]|[KMGTPE]i|)$/;

/** The amount in base units (cores, bytes, pieces), or `undefined` where the text is no quantity. */
export function parseQuantity(text: string | number): number | undefined {
  const found = QUANTITY.exec(String(text))?.groups;
  const factor = FACTORS[found?.["suffix"] ?? ""];
  return found === undefined || factor === undefined ? undefined : Number(found["amount"]) * factor;
}

/** The amount of a field that may hold anything; configuration in texts holds its numbers as texts. */
export function quantityOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" || typeof value === "string" ? parseQuantity(value) : undefined;
}

/** More than `limit`, beyond what adding up fractions of a core may be off by? */
export function exceeds(amount: number, limit: number): boolean {
  return amount - limit > 1e-6 * Math.max(1, Math.abs(limit));
}

/** Cores as the API server writes them back: whole, or in thousandths. */
export function formatCores(cores: number): string {
  return Number.isInteger(cores) ? `${cores}` : `${Math.round(cores * 1000)}m`;
}
