import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ProviderChoice, provideKubernetes, providerVariables } from "#stacks/engine/provider";
import { builtPath } from "#stacks/local/toolchain/build";
import { moduleRecipe } from "#stacks/local/toolchain/recipe";

const PROGRAM = "pulumi-resource-kubernetes";
const SDK_VERSION = "4.34.2";

let folder: string;
const before = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "provider-"));
  process.env["XDG_CACHE_HOME"] = join(folder, "cache");
  process.env["PATH"] = join(folder, "bin");
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

const plugin = (version: string): string => join(folder, "home/plugins", `resource-kubernetes-v${version}`, PROGRAM);
const built = (): string => builtPath(moduleRecipe("kubernetes-provider"), PROGRAM);

function write(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "program", { mode: 0o755 });
}

/** What is provided for the engine that the toolchain built, or for one that is installed. */
function provided(engine: "built" | "installed", env: Record<string, string> = {}): Promise<ProviderChoice> {
  const path = engine === "built" ? builtPath(moduleRecipe("pulumi"), "pulumi") : "/usr/bin/pulumi";
  return provideKubernetes(path, { PULUMI_HOME: join(folder, "home"), ...env }, () => undefined);
}

test("an installed engine downloads the SDK's version by itself", async () => {
  const choice = await provided("installed");

  expect(choice).toMatchObject({ by: "engine", version: SDK_VERSION });
  expect(providerVariables(choice)).toEqual({});
});

test("the engine that we build gets the provider that we build, as an installed plugin, and the program asks for its version", async () => {
  write(built());

  const choice = await provided("built");

  expect(choice).toMatchObject({ by: "toolchain", version: "4.25.0" });
  expect(readlinkSync(plugin("4.25.0"))).toBe(built());
  expect(providerVariables(choice)).toEqual({ BEAMSTACK_IAC_KUBERNETES_PROVIDER: "4.25.0" });
});

test("a link to an older build is replaced, and a file that Pulumi put there is not", async () => {
  write(built());
  mkdirSync(dirname(plugin("4.25.0")), { recursive: true });
  symlinkSync(join(folder, "older"), plugin("4.25.0"));
  await provided("built");
  expect(readlinkSync(plugin("4.25.0"))).toBe(built());

  rmSync(plugin("4.25.0"));
  write(plugin("4.25.0"));
  await provided("built");
  expect(lstatSync(plugin("4.25.0")).isSymbolicLink()).toBe(false);
  expect(readFileSync(plugin("4.25.0"), "utf8")).toBe("program");
});

test("the SDK's version is taken where Pulumi has it, and what is on PATH where the engine would take it anyway", async () => {
  write(join(folder, "bin", PROGRAM));
  expect(await provided("built")).toMatchObject({ by: "PATH", version: SDK_VERSION });

  write(plugin(SDK_VERSION));
  expect(await provided("built", { PULUMI_IGNORE_AMBIENT_PLUGINS: "1" })).toMatchObject({ by: "engine", version: SDK_VERSION });
});
