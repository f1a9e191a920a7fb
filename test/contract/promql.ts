/** PromQL by Prometheus's own grammar. */

/** What is used of the grammar's parser; the package's own types are those of an ES module, its code is there as CommonJS too. */
interface Parser {
  parse(text: string): {
    iterate(visitor: { enter(node: { readonly from: number; readonly type: { readonly isError: boolean } }): void }): void;
  };
}

const { parser }: { readonly parser: Parser } = require("@prometheus-io/lezer-promql");

/** Positions at which an expression is no PromQL; empty for a sound one. */
export function promqlErrors(expression: string): number[] {
  const errors: number[] = [];
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) errors.push(node.from);
    },
  });
  return errors;
}
