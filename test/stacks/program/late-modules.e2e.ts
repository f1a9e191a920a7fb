import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { packageRoot } from "#stacks/local/files";

const ROOT = packageRoot();
const { main, runtime } = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8"));

/** What a program started as `Pulumi.yaml` says tells of itself. */
function runProgram(code: string): unknown {
  const node = [...runtime.options.nodeargs.split(" "), "--eval", code];
  return JSON.parse(execFileSync(process.execPath, node, { cwd: join(ROOT, dirname(main)), encoding: "utf8", stdio: "pipe" }));
}

const LOADED = "Object.values(require.cache).map(({ filename }) => filename)";

/** A file that each postponed module cannot do without. */
const POSTPONED = [
  "typescript/lib/typescript.js",
  "@npmcli/arborist/lib/arborist/index.js",
  "@pulumi/pulumi/automation/localWorkspace.js",
  "normalize-package-data/lib/fixer.js",
  "@opentelemetry/exporter-zipkin/build/src/zipkin.js",
  "@opentelemetry/instrumentation/build/src/autoLoader.js",
  "@opentelemetry/instrumentation-grpc/build/src/instrumentation.js",
  "@opentelemetry/resources/build/src/Resource.js",
  "@opentelemetry/sdk-trace-base/build/src/BasicTracerProvider.js",
  "@opentelemetry/sdk-trace-node/build/src/NodeTracerProvider.js",
  "zod/v4/locales/de.cjs",
];

const among = (loaded: unknown): string[] =>
  POSTPONED.filter((file) => (loaded as string[]).some((path) => path.endsWith(`/node_modules/${file}`)));

test("the SDK and the program's schemas load nothing of what is postponed", () => {
  const loaded = runProgram(`
    require("@pulumi/pulumi"); require("@pulumi/pulumi/cmd/run/tracing"); require("zod");
    console.log(JSON.stringify(${LOADED}))`);
  expect(loaded).toContainEqual(expect.stringMatching(/@pulumi\/pulumi\/index\.js$/));
  expect(among(loaded)).toEqual([]);
});

test("every one of them is there when it is asked for: members, lists of members, functions", () => {
  const { loaded, ...told } = runProgram(`
    const sdk = require("node:module").createRequire(require.resolve("@pulumi/pulumi"));
    const { automation } = require("@pulumi/pulumi");
    const { z } = require("zod");
    const { Resource } = sdk("@opentelemetry/resources");
    const { BasicTracerProvider } = sdk("@opentelemetry/sdk-trace-base");
    const written = { name: "a", version: "v1.0.0" };
    sdk("normalize-package-data")(written);
    z.config(z.locales.de());
    console.log(JSON.stringify({
      version: written.version,
      workspace: typeof automation.LocalWorkspace.create,
      german: z.string().safeParse(1).error.issues[0].message,
      spans: new BasicTracerProvider({ resource: Resource.default() }).getTracer("test").startSpan("span").isRecording(),
      exporter: typeof sdk("@opentelemetry/exporter-zipkin").ZipkinExporter,
      instrumentations: typeof sdk("@opentelemetry/instrumentation").registerInstrumentations,
      grpc: Object.keys(sdk("@opentelemetry/instrumentation-grpc")),
      node: { ...sdk("@opentelemetry/sdk-trace-node") }.NodeTracerProvider !== undefined,
      shim: "version" in sdk("@pulumi/pulumi/typescript-shim"),
      tree: typeof sdk("@npmcli/arborist").Arborist,
      loaded: ${LOADED},
    }))`) as Record<string, unknown>;
  expect(told).toEqual({
    version: "1.0.0",
    workspace: "function",
    german: expect.stringContaining("erwartet string"),
    spans: true,
    exporter: "function",
    instrumentations: "function",
    grpc: ["GrpcInstrumentation"],
    node: true,
    shim: true,
    tree: "function",
  });
  expect(among(loaded)).toEqual(POSTPONED);
});

test("a function is serialised as without it", () => {
  const code = `
    const { runtime } = require("@pulumi/pulumi");
    const n = 41;
    runtime.serializeFunction(() => n + 1).then(({ text }) => console.log(JSON.stringify(text)));`;
  expect(runProgram(code)).toContain("n + 1");
});
