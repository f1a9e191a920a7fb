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

/** The amount in base units (cores, bytes, pieces), or `undefined` if the text is not a quantity. */
export function parseQuantity(text: string | number): number | undefined {
  const found = QUANTITY.exec(String(text))?.groups;
  const factor = FACTORS[found?.["suffix"] ?? ""];
  return found === undefined || factor === undefined ? undefined : Number(found["amount"]) * factor;
}

/** The amount in a field of any type; configuration files hold numbers as strings. */
export function quantityOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" || typeof value === "string" ? parseQuantity(value) : undefined;
}

/** More than `limit`, with tolerance for rounding errors in sums of fractional cores? */
export function exceeds(amount: number, limit: number): boolean {
  return amount - limit > 1e-6 * Math.max(1, Math.abs(limit));
}

/** CPU in the API server's canonical form: whole cores, or millicores. */
export function formatCores(cores: number): string {
  return Number.isInteger(cores) ? `${cores}` : `${Math.round(cores * 1000)}m`;
}
