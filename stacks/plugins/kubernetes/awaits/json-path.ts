/**
 * JSONPath as pulumi-kubernetes takes it in `pulumi.com/waitFor`: members, positions, wildcards, descendants and
 * comparisons, the part of RFC 9535 that says something about a Kubernetes object.
 */

import { isJsonObject, type JsonScalar, type JsonValue } from "#lib/core/json";
import { compareText } from "#lib/core/order";

/** One step of a path. */
export type Step =
  | { readonly type: "member"; readonly name: string }
  | { readonly type: "item"; readonly index: number }
  | { readonly type: "all" }
  /** The values themselves and everything below them. */
  | { readonly type: "descendants" }
  | { readonly type: "filter"; readonly tests: readonly FilterTest[] };

/** One comparison of a filter; all of a filter must hold. Without an operator: the value exists. */
interface FilterTest {
  readonly path: readonly Step[];
  readonly operator?: Operator;
  readonly value?: JsonScalar;
}

type Operator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** The values at a path, in document order. */
export function select(value: JsonValue, path: readonly Step[]): readonly JsonValue[] {
  return path.reduce<readonly JsonValue[]>((values, step) => values.flatMap((at) => take(at, step)), [value]);
}

/** Reads a path such as `.status.conditions[?(@.type=="Ready")].status`. @throws with the place that is wrong */
export function parseJsonPath(text: string): readonly Step[] {
  const reader = new Reader(text.replace(/^\$/, ""), text);
  const steps: Step[] = [];
  while (!reader.done) steps.push(...reader.step());
  return steps;
}

function take(value: JsonValue, step: Step): readonly JsonValue[] {
  switch (step.type) {
    case "member":
      return present(isJsonObject(value) && Object.hasOwn(value, step.name) ? value[step.name] : undefined);
    case "item":
      return present(Array.isArray(value) ? value.at(step.index) : undefined);
    case "all":
      return children(value);
    case "descendants":
      return [value, ...children(value).flatMap((child) => take(child, step))];
    case "filter":
      return children(value).filter((child) => step.tests.every((test) => holds(child, test)));
  }
}

function present(value: JsonValue | undefined): readonly JsonValue[] {
  return value === undefined ? [] : [value];
}

function children(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value).flatMap(present) : [];
}

function holds(value: JsonValue, { path, operator, value: wanted }: FilterTest): boolean {
  const [found] = select(value, path);
  if (operator === undefined) return found !== undefined;
  return compare(found, operator, wanted);
}

function compare(found: JsonValue | undefined, operator: Operator, wanted: JsonScalar | undefined): boolean {
  if (operator === "==") return found === wanted;
  if (operator === "!=") return found !== wanted;
  const order = orderOf(found, wanted);
  if (order === undefined) return false;
  return (order === 0 && operator.endsWith("=")) || (operator.startsWith("<") ? order < 0 : order > 0);
}

/** Only numbers with numbers and texts with texts have an order (RFC 9535, 2.3.5.2.2). */
function orderOf(a: JsonValue | undefined, b: JsonValue | undefined): number | undefined {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return typeof a === "string" && typeof b === "string" ? compareText(a, b) : undefined;
}

/** Reads a path from left to right. */
class Reader {
  private at = 0;

  public constructor(
    private readonly text: string,
    private readonly whole: string,
  ) {}

  public get done(): boolean {
    return this.at >= this.text.length;
  }

  public step(): readonly Step[] {
    if (this.skip("..")) return [{ type: "descendants" }, ...this.afterDots()];
    if (this.skip(".")) return [this.dotted()];
    if (this.skip("[")) return [this.bracketed()];
    throw this.error("expected . or [");
  }

  private afterDots(): readonly Step[] {
    return this.skip("[") ? [this.bracketed()] : [this.dotted()];
  }

  private dotted(): Step {
    if (this.skip("*")) return { type: "all" };
    return { type: "member", name: this.match(/[\p{L}_][\p{L}\p{N}_-]*/uy) ?? this.fail("expected a name") };
  }

  private bracketed(): Step {
    const step = this.inBrackets();
    this.spaces();
    if (!this.skip("]")) throw this.error("expected ]");
    return step;
  }

  private inBrackets(): Step {
    this.spaces();
    if (this.skip("*")) return { type: "all" };
    if (this.skip("?")) return { type: "filter", tests: this.filter() };
    const name = this.quoted();
    if (name !== undefined) return { type: "member", name };
    const index = this.match(/-?\d+/y);
    return index === undefined ? this.fail("expected a position, a quoted name, * or ?") : { type: "item", index: Number(index) };
  }

  private filter(): readonly FilterTest[] {
    this.spaces();
    const wrapped = this.skip("(");
    const tests = [this.test()];
    for (this.spaces(); this.skip("&&"); this.spaces()) tests.push(this.test());
    if (wrapped && !this.skip(")")) throw this.error("expected )");
    return tests;
  }

  private test(): FilterTest {
    this.spaces();
    if (!this.skip("@")) throw this.error("expected @");
    const path: Step[] = [];
    while (this.text[this.at] === "." || this.text[this.at] === "[") path.push(...this.step());
    this.spaces();
    const operator = this.match(/==|!=|<=|>=|<|>/y);
    if (operator === undefined) return { path };
    this.spaces();
    return { path, operator: OPERATORS[operator] ?? this.fail("unknown operator"), value: this.literal() };
  }

  private literal(): JsonScalar {
    const text = this.quoted();
    if (text !== undefined) return text;
    const bare = this.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y) ?? this.fail("expected a value");
    const value: JsonScalar = JSON.parse(bare);
    return value;
  }

  private quoted(): string | undefined {
    const found = this.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/y);
    return found?.slice(1, -1).replaceAll(/\\(.)/g, "$1");
  }

  private spaces(): void {
    this.match(/\s+/y);
  }

  private skip(text: string): boolean {
    const found = this.text.startsWith(text, this.at);
    if (found) this.at += text.length;
    return found;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  private fail(message: string): never {
    throw this.error(message);
  }

  private error(message: string): Error {
    return new Error(`${message} at position ${this.at} of the JSONPath ${this.whole}`);
  }
}

const OPERATORS: Readonly<Record<string, Operator>> = { "==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=" };
