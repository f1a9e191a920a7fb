/** Kubernetes quantities: the server rewrites them (`1000m` becomes `1`), which is no change. */

import type { JsonValue } from "#lib/core/json";

const QUANTITY = /^(?<sign>[+-]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

/** Exponents beyond this are no amount of anything, and would cost memory to compute. */
const MAX_EXPONENT = 60;
/** Everything is counted in units of ten to the minus this. */
const SCALE = 3 * MAX_EXPONENT;

/** A quantity as a whole number of tiny units; `undefined` for what is no quantity. */
export function quantityUnits(value: JsonValue | undefined): bigint | undefined {
  const text = typeof value === "number" ? String(value) : value;
  const found = typeof text === "string" ? QUANTITY.exec(text)?.groups : undefined;
  const { sign = "", whole = "", fraction = "", suffix = "" } = found ?? {};
  const digits = `${whole}${fraction}`;
  const exponent = exponentOf(suffix);
  if (digits === "" || Math.abs(exponent) > MAX_EXPONENT || fraction.length > MAX_EXPONENT) return undefined;
  const units = BigInt(`${sign}${digits}`) * 10n ** BigInt(SCALE + exponent - fraction.length);
  return units << (BINARY[suffix] ?? 0n);
}

/** `e3` of `2e3`; `E` alone is the suffix exa. */
function exponentOf(suffix: string): number {
  return /^[eE][+-]?\d/.test(suffix) ? Number(suffix.slice(1)) : (DECIMAL[suffix] ?? 0);
}

/** Do two values mean the same amount? */
export function sameQuantity(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const left = quantityUnits(a);
  return left !== undefined && left === quantityUnits(b);
}

/** Fields of built-in kinds whose members are quantities. */
const PARENTS: ReadonlySet<string | number> = new Set([
  "allocatable",
  "capacity",
  "default",
  "defaultRequest",
  "hard",
  "limits",
  "max",
  "maxLimitRequestRatio",
  "min",
  "overhead",
  "requests",
]);
/** Fields of built-in kinds that are quantities themselves. */
const FIELDS: ReadonlySet<string | number> = new Set(["averageValue", "divisor", "sizeLimit", "value"]);

/** Is there a quantity at this path of a built-in kind? `value` is one only of autoscaling metrics. */
export function isQuantityPath(path: readonly (string | number)[]): boolean {
  const field = path.at(-1) ?? "";
  if (field === "value") return path.at(-2) === "target";
  return FIELDS.has(field) || PARENTS.has(path.at(-2) ?? "");
}
