import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, makeGenericClientConstructor, Server, ServerCredentials } from "@grpc/grpc-js";
import {
  AboutRequest,
  type AboutResponse,
  InstallDependenciesRequest,
  type InstallDependenciesResponse,
  ProgramInfo,
  RunRequest,
  type RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Children } from "#stacks/plugins/nodejs/children";
import { HOST_VERSION, languageHost } from "#stacks/plugins/nodejs/host";
import { Empty, LANGUAGE_RUNTIME } from "#stacks/plugins/nodejs/service";

// A program run by a stand-in of the SDK's entry: what it is told ends up in a file, how it ends is its own choice.
const RUN = `
  const program = process.argv.at(-1);
  require("node:fs").writeFileSync("told.json", JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), config: process.env.PULUMI_CONFIG }));
  require(require("node:path").resolve(program));
`;

let folder: string;
let server: Server;
let children: Children;
let call: <T>(method: string, request: object) => Promise<T>;
let stream: (method: string, request: object) => NodeJS.ReadableStream;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "host-"));
  writeFileSync(join(folder, "run.js"), RUN);
  children = new Children();
  server = new Server();
  server.addService(LANGUAGE_RUNTIME, languageHost({ engine: "127.0.0.1:9", runModule: join(folder, "run.js") }, children));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  const client = new (makeGenericClientConstructor(LANGUAGE_RUNTIME, "LanguageRuntime"))(`127.0.0.1:${port}`, credentials.createInsecure());
  call = (method, request) =>
    new Promise((resolve, reject) =>
      client[method]?.call(client, request, (error: Error | null, answer: never) => (error ? reject(error) : resolve(answer))),
    );
  stream = (method, request) => client[method]?.call(client, request) as unknown as NodeJS.ReadableStream;
});

afterEach(() => {
  children.stop();
  server.forceShutdown();
  rmSync(folder, { recursive: true });
});

function program(text: string): RunRequest {
  writeFileSync(join(folder, "program.js"), text);
  return new RunRequest().setPwd(folder).setProgram("program.js").setMonitorAddress("127.0.0.1:8").setProject("p").setStack("s");
}

describe("Run of the official host", () => {
  test("starts the program in its folder and says nothing when it ends well", async () => {
    const answer = await call<RunResponse>("run", program(""));

    expect(answer.toObject()).toEqual({ error: "", bail: false });
    expect(require(join(folder, "told.json"))).toMatchObject({ cwd: folder, config: "{}" });
  });

  test("bails without a further message on exit code 32, which means already reported", async () => {
    expect((await call<RunResponse>("run", program("process.exit(32)"))).toObject()).toEqual({ error: "", bail: true });
  });

  test("names any other exit code", async () => {
    expect((await call<RunResponse>("run", program("process.exit(3)"))).getError()).toBe("Program exited with non-zero exit code: 3");
  });

  test("calls a program that a signal ended an unexpected exit", async () => {
    expect((await call<RunResponse>("run", program("process.kill(process.pid, 'SIGKILL')"))).getError()).toContain("exited unexpectedly");
  });

  test("says that the SDK is missing where it cannot be resolved", async () => {
    rmSync(join(folder, "run.js"));

    await expect(call("run", program(""))).rejects.toThrow("It looks like the Pulumi SDK has not been installed");
  });

  test("ends the program on Cancel and bails", async () => {
    const running = call<RunResponse>("run", program("setInterval(() => {}, 1000)"));
    await call("cancel", new Empty());

    expect((await running).getBail()).toBe(true);
  });
});

test("GetPluginInfo tells the version of the engine's own host", async () => {
  expect((await call<PluginInfo>("getPluginInfo", new Empty())).getVersion()).toBe(HOST_VERSION);
});

test("About tells the path and version of node", async () => {
  const answer = await call<AboutResponse>("about", new AboutRequest());

  expect(answer.getExecutable()).toBe(process.execPath);
  expect(answer.getVersion()).toBe(process.version);
});

test("InstallDependencies streams what the package manager says, and fails with it", async () => {
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/npm"), "#!/bin/sh\necho told $1\nexit 4\n", { mode: 0o755 });
  const path = process.env["PATH"];
  process.env["PATH"] = `${join(folder, "bin")}:${path}`;
  const request = new InstallDependenciesRequest().setDirectory(folder).setInfo(new ProgramInfo());

  const heard: string[] = [];
  const ended = new Promise<Error>((resolve) =>
    stream("installDependencies", request)
      .on("data", (answer: InstallDependenciesResponse) => heard.push(Buffer.from(answer.getStdout_asU8()).toString()))
      .on("error", resolve),
  );
  const error = await ended;
  process.env["PATH"] = path;

  expect(heard.join("")).toContain("told install");
  expect(error.message).toContain("npm install failed: exit status 4");
});
