/** The `pulumi.com/waitFor` annotation: what an object's author wants to be true of it. */

import { isJsonObject, type JsonValue } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { objectsAt } from "../kube-fields";
import { parseJsonPath, type Step, select } from "./json-path";
import { failed, type ReadinessRule, ready, type Verdict, waiting } from "./readiness";

/** One thing to wait for. */
export type Expectation =
  | { readonly type: "condition"; readonly name: string; readonly status: string }
  /** Without a value: the path selects something. */
  | { readonly type: "path"; readonly text: string; readonly path: readonly Step[]; readonly value?: string };

/** The rule of an annotation. @throws where it cannot be read */
export function waitForRule(annotation: string): ReadinessRule {
  const expectations = parseWaitFor(annotation);
  return {
    timeoutSeconds: 600,
    check: (object) => expectations.map((expectation) => met(object, expectation)).find((verdict) => !verdict.ready) ?? ready(),
  };
}

/** Reads an annotation: one expression, or a JSON list of them, all of which must hold. */
export function parseWaitFor(annotation: string): readonly Expectation[] {
  const expressions = expressionsOf(annotation);
  if (expressions.length === 0) throw new Error("pulumi.com/waitFor: at least one condition must be specified");
  return expressions.map(parseExpression);
}

function expressionsOf(annotation: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(annotation);
    if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list;
  } catch {
    // Not JSON: the annotation is one expression.
  }
  return [annotation];
}

function parseExpression(expression: string): Expectation {
  if (expression.startsWith("condition=")) return parseCondition(expression.slice("condition=".length));
  if (expression.startsWith("jsonpath=")) return parsePathExpression(expression.slice("jsonpath=".length));
  throw new Error(`pulumi.com/waitFor: expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
}

function parseCondition(text: string): Expectation {
  const [name = "", ...status] = text.split("=");
  if (name === "") throw new Error("pulumi.com/waitFor: condition= requires a condition type");
  return { type: "condition", name, status: status.length === 0 ? "True" : status.join("=") };
}

/** `{.path}` or `{.path}=value`; the braces end where they balance outside quoted text. */
function parsePathExpression(text: string): Expectation {
  const end = closingBrace(text);
  if (end < 0) throw new Error(`pulumi.com/waitFor: ${text} should be wrapped in brackets { ... }`);
  const rest = text.slice(end + 1);
  if (rest !== "" && !/^=[^={][^=]*$/.test(rest)) {
    throw new Error(`pulumi.com/waitFor: format should be {.path}=value or {.path}, got "${text}"`);
  }
  const path = parseJsonPath(text.slice(1, end).trim());
  return { type: "path", text: text.slice(0, end + 1), path, ...(rest !== "" && { value: rest.slice(1) }) };
}

function closingBrace(text: string): number {
  if (!text.startsWith("{")) return -1;
  const token = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[{}]/g;
  let depth = 0;
  for (const match of text.matchAll(token)) {
    if (match[0] === "{") depth += 1;
    if (match[0] === "}") depth -= 1;
    if (depth === 0) return match.index;
  }
  return -1;
}

function met(object: KubeObject, expectation: Expectation): Verdict {
  return expectation.type === "condition" ? conditionMet(object, expectation) : pathMet(object, expectation);
}

function conditionMet(object: KubeObject, { name, status }: Extract<Expectation, { type: "condition" }>): Verdict {
  const condition = objectsAt(object, "status", "conditions").find(({ type }) => String(type).toLowerCase() === name.toLowerCase());
  const found = condition === undefined ? "absent" : String(condition["status"]);
  if (found.toLowerCase() === status.toLowerCase()) return ready();
  const message = typeof condition?.["message"] === "string" && condition["message"] !== "" ? `: ${condition["message"]}` : "";
  return waiting(`waiting for condition ${name}=${status} (now ${found}${message})`);
}

function pathMet(object: KubeObject, { text, path, value }: Extract<Expectation, { type: "path" }>): Verdict {
  const [found] = select(object, path);
  const wanted = value === undefined ? text : `${text}=${value}`;
  if (found === undefined) return waiting(`waiting for ${wanted} (now absent)`);
  if (value === undefined) return ready();
  if (isComposite(found)) return failed(`${text} has a non-primitive value, which cannot equal ${value}`);
  return String(found) === value ? ready() : waiting(`waiting for ${wanted} (now ${String(found)})`);
}

function isComposite(value: JsonValue): boolean {
  return Array.isArray(value) || isJsonObject(value);
}
