/** The submitters' pods of a namespace on a real API server without nodes, run as processes of this machine beside a real Flink. */

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isJsonObject, valueAt } from "#lib/core/json";
import type { KubeObject } from "#lib/kube/object";
import { listOf } from "#stacks/beam/live-pipelines";
import { loopbackCommand, runSubmitter, writeVolume } from "#stacks/beam/submitter";
import { isNotFound } from "#stacks/cluster/api-error";
import { refOf } from "#stacks/cluster/calls";
import type { KubeClient } from "#stacks/cluster/client";
import type { FlinkMachine } from "./flink-cluster";

/** The submitter with its account's folder in another place than in a pod. */
const ENTRY = `import sys
sys.path.insert(0, ".")
from beamstack_submitter import state
state.ConfigMap.__init__.__defaults__ = (sys.argv[1],)
from beamstack_submitter.main import main
main(".", sys.argv[2:])
`;

/** What a kubelet does for them: volumes, the account's token, the process, and the pod's status. */
export class SubmitterPods {
  private readonly taken = new Set<string>();
  private readonly ended = new AbortController();
  private readonly running: Promise<void>;
  private broken: unknown;

  public constructor(
    private readonly client: KubeClient,
    private readonly machine: FlinkMachine,
    private readonly namespace: string,
  ) {
    this.running = this.serve().catch((thrown: unknown) => {
      this.broken = thrown;
    });
  }

  /** Takes no more pods. */
  public async stop(): Promise<void> {
    this.ended.abort();
    await this.running;
  }

  /** Throws what has kept a pod from running, or the last words of one that failed. */
  public requireSound(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  private async serve(): Promise<void> {
    for (; !this.ended.signal.aborted; await pause(200)) {
      const pods = await this.client.list({ apiVersion: "v1", kind: "Pod", namespace: this.namespace });
      for (const pod of pods.filter(({ metadata }) => !this.taken.has(String(metadata["uid"])))) {
        this.taken.add(String(pod.metadata["uid"]));
        await this.runPod(pod);
      }
    }
  }

  private async runPod(pod: KubeObject): Promise<void> {
    const folder = mkdtempSync(join(this.machine.folder, "pod-"));
    const { spec } = pod;
    const job = { spec: { template: { spec: isJsonObject(spec) ? spec : {} } } };
    const sources = listOf(valueAt(spec, ["volumes", 0, "projected", "sources"]));
    const name = String(sources.map((source) => valueAt(source, ["configMap", "name"])).find((found) => found !== undefined));
    writeVolume({ job, configMap: await this.filesNamed(name) }, folder, () => "");
    const [python = "", , ...args] = loopbackCommand(job, this.machine.addresses);
    const command = [python, "-c", ENTRY, await this.account(pod, folder), ...args];
    const { code, stderr } = await runSubmitter(command, { folder, env: this.environment(spec), timeoutMs: 900_000 });
    if (code !== 0) this.broken = new Error(`pod ${pod.metadata.name} ended with ${code}: ${stderr.slice(-2000)}`);
    await this.client.patch(
      { ...refOf(pod), subresource: "status" },
      { type: "strategic", body: { status: statusOf(code ?? 137, stderr) } },
      { fieldManager: "kubelet" },
    );
  }

  /** Files may come after the Job that mounts them: a kubelet waits. */
  private async filesNamed(name: string): Promise<KubeObject> {
    for (;;) {
      try {
        return await this.client.get({ apiVersion: "v1", kind: "ConfigMap", name, namespace: this.namespace });
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
        await pause(200);
      }
    }
  }

  private environment(spec: KubeObject["spec"]): Readonly<Record<string, string | undefined>> {
    const { hostname, port } = new URL(this.client.access.server);
    const own = listOf(valueAt(spec, ["containers", 0, "env"])).flatMap((variable) => {
      const [name, value] = [valueAt(variable, ["name"]), valueAt(variable, ["value"])];
      return typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
    });
    return { ...this.machine.local.env, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port, ...Object.fromEntries(own) };
  }

  /** What Kubernetes mounts of the pod's ServiceAccount: its permissions are those of the pipeline's Role alone. */
  private async account(pod: KubeObject, folder: string): Promise<string> {
    const name = String(valueAt(pod, ["spec", "serviceAccountName"]));
    const answer = await this.client.json({
      method: "POST",
      path: `/api/v1/namespaces/${this.namespace}/serviceaccounts/${name}/token`,
      body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} }),
    });
    const account = join(folder, "account");
    mkdirSync(account);
    writeFileSync(join(account, "token"), String(valueAt(answer, ["status", "token"])));
    writeFileSync(join(account, "namespace"), this.namespace);
    writeFileSync(join(account, "ca.crt"), this.client.access.tls.ca ?? "");
    return account;
  }
}

function statusOf(exitCode: number, said: string) {
  const message = said.trimEnd().split("\n").slice(-80).join("\n").slice(-2000);
  const terminated = { exitCode, reason: exitCode === 0 ? "Completed" : "Error", message };
  const container = { name: "submit", image: "none", imageID: "none", ready: false, restartCount: 0, state: { terminated } };
  return { phase: exitCode === 0 ? "Succeeded" : "Failed", containerStatuses: [container] };
}
