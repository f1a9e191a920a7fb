/** The editors: image, command, variables and ports of each. */

import { Duration as CdkDuration } from "cdk8s";
import { Probe } from "cdk8s-plus-28";
import { type SecretRef, secretRef } from "#lib/core/secret-ref";
import type { HardenedContainer } from "#lib/kube/hardened-container";
import { FRAMEWORKS } from "./frameworks";
import { workspacesPin } from "./pin";
import type { WorkspaceSettings } from "./schema";

/** What a container needs to run an editor. */
export interface EditorFacts extends Pick<HardenedContainer, "image" | "readiness" | "liveness" | "startup"> {
  /** Program and arguments. */
  readonly program: readonly string[];
  readonly env: Readonly<Record<string, string | SecretRef>>;
  readonly home: string;
  readonly port: number;
  /** Has it metrics at `/metrics` of its port? */
  readonly metrics: boolean;
}

/** Port of either editor; ports below 1024 need a capability. */
const PORT = 8888;

/** Homes of the images' users. Sources: Jupyter Docker Stacks, docker-stacks-foundation/Dockerfile; code-server, ci/release-image/Dockerfile. */
const JOVYAN = "/home/jovyan";
const CODER = "/home/coder";

/** Where an editor finds its token, unless the workspace names another Secret. */
export function tokenOf(name: string): SecretRef {
  return secretRef(`${name}-token`, "token");
}

/** Facts of the editor of a workspace; `token` is the Secret that it asks for. */
export function editorOf({ editor, stopAfter }: Pick<WorkspaceSettings, "editor" | "stopAfter">, token: SecretRef): EditorFacts {
  switch (editor.type) {
    case "jupyterlab":
      return {
        image: editor.image ?? FRAMEWORKS[editor.framework].image,
        program: ["jupyter", "lab", ...jupyterArguments(editor.cullAfter.seconds, stopAfter.seconds)],
        env: { HOME: JOVYAN, JUPYTER_TOKEN: token },
        home: JOVYAN,
        port: PORT,
        metrics: true,
        // It does not count as activity. Source: Jupyter Server 2.21, APIVersionHandler.
        ...probes("/api"),
      };
    case "code-server":
      return {
        image: editor.image ?? workspacesPin.images.codeServer,
        program: ["code-server", ...codeServerArguments(stopAfter.seconds)],
        // It removes the variable before it starts terminals. Source: code-server 4.139, src/node/cli.ts.
        env: { HOME: CODER, PASSWORD: token },
        home: CODER,
        port: PORT,
        metrics: false,
        ...probes("/healthz"),
      };
  }
}

/**
 * Kernels and terminals keep a server alive, so that they are culled, too: also those with an open browser tab. Metrics hold no secrets, and network policies restrict
 * who reads them. Source: Jupyter Server 2.21, serverapp.py, services/kernels/kernelmanager.py, and jupyter_server_terminals.
 */
function jupyterArguments(cullAfter: number, stopAfter: number): string[] {
  const interval = Math.max(1, Math.min(60, Math.floor(Math.min(cullAfter, stopAfter) / 2)));
  return [
    "--no-browser",
    "--ServerApp.ip=0.0.0.0",
    `--ServerApp.port=${PORT}`,
    "--ServerApp.port_retries=0",
    `--ServerApp.root_dir=${JOVYAN}`,
    `--ServerApp.shutdown_no_activity_timeout=${stopAfter}`,
    "--ServerApp.authenticate_prometheus=False",
    `--MappingKernelManager.cull_idle_timeout=${cullAfter}`,
    `--MappingKernelManager.cull_interval=${interval}`,
    "--MappingKernelManager.cull_connected=True",
    `--TerminalManager.cull_inactive_timeout=${cullAfter}`,
    `--TerminalManager.cull_interval=${interval}`,
  ];
}

function codeServerArguments(stopAfter: number): string[] {
  return [
    `--bind-addr=0.0.0.0:${PORT}`,
    "--auth=password",
    "--disable-telemetry",
    "--disable-update-check",
    `--idle-timeout-seconds=${stopAfter}`,
    CODER,
  ];
}

function probes(path: string): Pick<EditorFacts, "readiness" | "liveness" | "startup"> {
  return {
    readiness: Probe.fromHttpGet(path, { port: PORT }),
    liveness: Probe.fromHttpGet(path, { port: PORT, failureThreshold: 6, timeoutSeconds: CdkDuration.seconds(5) }),
    // Extensions are loaded first.
    startup: Probe.fromHttpGet(path, { port: PORT, failureThreshold: 60, periodSeconds: CdkDuration.seconds(5) }),
  };
}
