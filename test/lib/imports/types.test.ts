import { join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "../../..");

/** What the compiler says of a module that uses the imported types; one program for all samples, as each start costs seconds. */
const SAMPLES = {
  good: `import type { FlinkDeploymentSpec } from "#lib/imports/flink/index";
    export const spec: FlinkDeploymentSpec = { flinkVersion: "v2_0", mode: "native", jobManager: { resource: { cpu: 1, memory: "2g" } } };`,
  json: `import type { JsonObject } from "#lib/core/json"; import type { FlinkDeploymentSpec } from "#lib/imports/flink/index";
    export const json = (spec: FlinkDeploymentSpec): JsonObject => spec;`,
  "wrong enum": `import type { FlinkDeploymentSpec } from "#lib/imports/flink/index";
    export const spec: FlinkDeploymentSpec = { flinkVersion: "v9_9" };`,
  "misspelt field": `import type { FlinkDeploymentSpec } from "#lib/imports/flink/index";
    export const spec: FlinkDeploymentSpec = { flinkVersoin: "v2_0" };`,
  "missing required field": `import type { CertificateSpec } from "#lib/imports/cert-manager/index";
    export const spec: CertificateSpec = { secretName: "x" };`,
  "wrong type": `import type { NodePoolSpec } from "#lib/imports/karpenter/index";
    export const limits: NodePoolSpec["limits"] = { cpu: true };`,
  "int or string": `import type { NodePoolSpec } from "#lib/imports/karpenter/index";
    export const limits: NodePoolSpec["limits"] = { cpu: 100, memory: "1Ti" };`,
  "changed value": `import type { PrometheusSpec } from "#lib/imports/prometheus-operator/index";
    export const change = (spec: PrometheusSpec) => { spec.replicas = 2; };`,
} as const;

const complaints = compile();

test.each(["good", "json", "int or string"] as const)("accepts: %s", (sample) => {
  expect(complaints.get(sample)).toEqual([]);
});

test.each([
  ["wrong enum", /Type '"v9_9"' is not assignable to type '.*"v2_2"/],
  ["misspelt field", /Did you mean to write 'flinkVersion'/],
  ["missing required field", /Property 'issuerRef' is missing/],
  ["wrong type", /Type 'boolean' is not assignable to type 'string \| number'/],
  ["changed value", /Cannot assign to 'replicas' because it is a read-only property/],
] as const)("refuses, in words a person understands: %s", (sample, words) => {
  expect(complaints.get(sample)).toEqual([expect.stringMatching(words)]);
});

function compile(): ReadonlyMap<string, readonly string[]> {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, ROOT);
  const files = new Map(Object.entries(SAMPLES).map(([name, text]) => [join(ROOT, "test", `${name}.ts`), { name, text }]));
  const host = ts.createCompilerHost({ ...options, types: [] });
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = files.get(path)?.text;
    return text === undefined ? getSourceFile(path, language, ...rest) : ts.createSourceFile(path, text, language);
  };
  const program = ts.createProgram([...files.keys()], { ...options, types: [], noEmit: true }, host);
  return new Map(
    [...files].map(([path, { name }]) => {
      const found = program.getSemanticDiagnostics(program.getSourceFile(path));
      return [name, found.map((one) => ts.flattenDiagnosticMessageText(one.messageText, " "))];
    }),
  );
}
