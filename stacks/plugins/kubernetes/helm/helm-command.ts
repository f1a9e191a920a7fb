/** Runs the `helm` program against the provider's cluster. */

import { type ExecFileException, execFile } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { isKubeconfigPath } from "../access-of";
import type { Settings } from "../settings";

/** Helm prints whole manifests. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/** What helm said when it failed. */
export class HelmError extends Error {
  public constructor(
    public readonly command: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`helm ${command} failed: ${message}`, options);
    this.name = "HelmError";
  }
}

/** The parts of a version that decide on flags. */
export interface HelmVersion {
  readonly major: number;
  readonly minor: number;
}

/** The program that `HELM` names, else the first `helm` on `PATH`. */
export function findHelm(env: NodeJS.ProcessEnv): string | undefined {
  if (env["HELM"]) return env["HELM"];
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, "helm")).find(isProgram);
}

/** Helm, pointed at one cluster. Files it needs are private and go with {@link close}. */
export class HelmCommand {
  private readonly folder: string;
  private readonly global: readonly string[];
  private files = 0;
  private known: Promise<HelmVersion> | undefined;

  public constructor(
    private readonly program: string,
    settings: Settings,
    private readonly signal: AbortSignal,
  ) {
    if (settings.choice.cluster) throw new Error("helm knows no way to choose a cluster apart from a context; set the provider's context");
    this.folder = mkdtempSync(join(tmpdir(), "pulumi-helm-"));
    const { kubeconfig, choice } = settings;
    const path = kubeconfig === "" || isKubeconfigPath(kubeconfig) ? kubeconfig.trim() : this.file(kubeconfig);
    this.global = [...(path === "" ? [] : ["--kubeconfig", path]), ...(choice.context ? ["--kube-context", choice.context] : [])];
  }

  /** Its version: helm 4 renamed some flags, and helm before 3.13 has no labels. */
  public version(): Promise<HelmVersion> {
    this.known ??= this.execute(["version", "--template", "{{.Version}}"], "version").then((text) => {
      const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(text.trim()) ?? [];
      return { major: Number(major ?? 3), minor: Number(minor ?? 0) };
    });
    return this.known;
  }

  /** Runs a command; arguments reach helm as they are, through no shell. */
  public run(args: readonly string[]): Promise<string> {
    // Before the command: after it there may be a `--`, behind which nothing is a flag any more.
    return this.execute([...this.global, ...args], args[0]);
  }

  /** A private file with this text. */
  public file(text: string): string {
    this.files += 1;
    const path = join(this.folder, `${this.files}.yaml`);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** A private folder, not made yet: helm makes what it needs. */
  public folderFor(what: string): string {
    return join(this.folder, what);
  }

  /** Removes the private files. */
  public close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private execute(args: readonly string[], command = ""): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(this.program, [...args], { signal: this.signal, maxBuffer: MAX_OUTPUT }, (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        // Never the error's own message: it repeats the whole command line.
        const said = stderr.trim().replace(/^Error: /, "") || endOf(error);
        reject(this.signal.aborted ? this.signal.reason : new HelmError(command, said, { cause: error }));
      });
    });
  }
}

function endOf({ signal, code }: ExecFileException): string {
  if (signal) return `it was ended by ${signal}`;
  return typeof code === "number" ? `it ended with ${code} and said nothing` : `it could not be started (${code})`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
