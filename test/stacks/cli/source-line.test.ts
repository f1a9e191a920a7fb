import { sourceLine } from "#stacks/cli/source-line";

const SOURCE = `/** An environment. */
import { defineEnvironment } from "#lib/environment/spec";

export default defineEnvironment({
  name: "local", // { "flink": 1 }
  cluster: { type: "embedded" },
  /* nodePools: { */
  nodePools: {
    cpu: { type: "plain", nodes: 3, node: { cpu: 16, memory: Size.gibibytes(64) } },
    "gpu-a": {
      taints: ["a, }", 'b'],
      nodes: 1,
    },
  },
  ...shared,
  shorthand,
  pipelines: {
    tutorial: {
      text: \`}, nodes: {\`,
      file: "x.yaml",
    },
  },
});
`;

test.each([
  ["name", 5],
  ["cluster.type", 6],
  ["nodePools", 8],
  ["nodePools.cpu.node.memory", 9],
  ["nodePools.gpu-a.taints[1]", 11],
  ["nodePools.gpu-a.nodes", 12],
  ['nodePools."gpu-a".nodes', 12],
  ["pipelines.tutorial.file", 20],
  ["pipelines.tutorial.file#steps[0].name", 20],
])("%s stands on line %i", (path, line) => {
  expect(sourceLine(SOURCE, path)).toBe(line);
});

test("a part that is not written out gives the line of the part before it", () => {
  expect(sourceLine(SOURCE, "nodePools.cpu.taints[0].key")).toBe(9);
});

test("nothing of the path is in the file", () => {
  expect(sourceLine(SOURCE, "monitoring.enabled")).toBeUndefined();
  expect(sourceLine("module.exports = {};", "name")).toBeUndefined();
  expect(sourceLine(SOURCE, "(root)")).toBeUndefined();
});

test("a file that ends in the middle is read to its end", () => {
  expect(sourceLine('export default defineEnvironment({ a: { b: "', "a.c.d")).toBe(1);
});

test("a value that cannot be read, such as a regular expression with a bracket, ends the search", () => {
  expect(sourceLine('export default defineEnvironment({\n  name: title.replace(/\\)/g, ""),\n  flink: {},\n});', "flink")).toBeUndefined();
});
