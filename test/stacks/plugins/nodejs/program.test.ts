import { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { runtimeOptions, splitWords } from "#stacks/plugins/nodejs/options";
import { programArguments, programEnvironment } from "#stacks/plugins/nodejs/program";

const host = { engine: "127.0.0.1:1", runPath: "/sdk/cmd/run" };
const defaults = runtimeOptions(undefined);

function request(): RunRequest {
  return new RunRequest().setMonitorAddress("127.0.0.1:2").setProject("p").setStack("s").setParallel(4);
}

/** `Struct` of the options, through its own class: `toJavaScript` is what the host reads. */
function infoWith(options: Record<string, unknown>): ProgramInfo {
  const info = new ProgramInfo();
  jest.spyOn(info, "getOptions").mockReturnValue({ toJavaScript: () => options } as unknown as ReturnType<ProgramInfo["getOptions"]>);
  return info;
}

describe("constructArguments of the official host", () => {
  test("passes only flags that have a value, then the program", () => {
    expect(programArguments(request(), host, defaults)).toEqual(
      "/sdk/cmd/run --monitor 127.0.0.1:2 --engine 127.0.0.1:1 --project p --stack s --parallel 4 .".split(" "),
    );
  });

  test("passes organization, working directory, root and trace endpoint where they are known", () => {
    const full = request().setOrganization("o").setPwd("/p").setInfo(new ProgramInfo().setRootDirectory("/r"));

    expect(programArguments(full, { ...host, tracing: "t" }, defaults).join(" ")).toContain(
      "--organization o --project p --stack s --pwd /p --root-directory /r --parallel 4 --tracing t",
    );
  });

  test("asks for a dry run by a flag without a value", () => {
    expect(programArguments(request().setDryrun(true), host, defaults).slice(-2)).toEqual(["--dry-run", "."]);
    expect(programArguments(request(), host, defaults)).not.toContain("--dry-run");
  });

  test("names the entry point that the project's main gives, and the program's own arguments after it", () => {
    const named = request().setInfo(new ProgramInfo().setEntryPoint("index.js")).setArgsList(["--x", "1"]);

    expect(programArguments(named, host, defaults).slice(-3)).toEqual(["index.js", "--x", "1"]);
  });

  test("puts the nodeargs option before the SDK's entry", () => {
    const options = runtimeOptions(infoWith({ nodeargs: "--max-old-space-size=300 --title='a b'" }));

    expect(programArguments(request(), host, options).slice(0, 3)).toEqual(["--max-old-space-size=300", "--title=a b", "/sdk/cmd/run"]);
  });
});

describe("constructConfig of the official host", () => {
  test("writes keys as namespace:config:name and lists secret keys as they came", () => {
    const configured = request().setConfigsecretkeysList(["p:s"]);
    configured.getConfigMap().set("p:s", "v").set("aws:region", "eu");

    expect(programEnvironment(configured, defaults)).toMatchObject({
      PULUMI_CONFIG: '{"aws:config:region":"eu","p:config:s":"v"}',
      PULUMI_CONFIG_SECRET_KEYS: '["p:s"]',
    });
  });

  test("gives an empty object and an empty list where nothing is configured", () => {
    expect(programEnvironment(request(), defaults)).toMatchObject({ PULUMI_CONFIG: "{}", PULUMI_CONFIG_SECRET_KEYS: "[]" });
  });
});

describe("runtime options of the official host", () => {
  test("take TypeScript source by default and compiled code when switched off", () => {
    expect(programEnvironment(request(), defaults)["PULUMI_NODEJS_TYPESCRIPT"]).toBe("true");
    expect(programEnvironment(request(), runtimeOptions(infoWith({ typescript: false })))).not.toHaveProperty("PULUMI_NODEJS_TYPESCRIPT");
  });

  test("hand the compiler's configuration on", () => {
    const options = runtimeOptions(infoWith({ tsconfig: "tsconfig.pulumi.json" }));

    expect(programEnvironment(request(), options)["PULUMI_NODEJS_TSCONFIG_PATH"]).toBe("tsconfig.pulumi.json");
  });

  test.each([
    ["typescript", "yes", "typescript option must be a boolean"],
    ["tsconfig", 1, "tsconfig option must be a string"],
    ["nodeargs", true, "nodeargs option must be a string"],
    ["packagemanager", "pip", "packagemanager option must be one of npm, pnpm, yarn, bun"],
  ])("refuse %s: %p", (name, value, complaint) => {
    expect(() => runtimeOptions(infoWith({ [name]: value }))).toThrow(complaint);
  });

  test("keep quoted words together", () => {
    expect(splitWords(`a "b c" d'e f' "g\\"h"`)).toEqual(["a", "b c", "de f", 'g"h']);
  });
});
