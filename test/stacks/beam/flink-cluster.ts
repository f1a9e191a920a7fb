/** A real Flink session cluster with a real worker pool and Beam's Flink runner, or its stand-in. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalBeam, startWorkerPool } from "#stacks/beam/local-beam";
import { jobServerCommand, jobServerPorts, type LocalFlink, startFlinkJobServer, startLocalFlink } from "#stacks/beam/local-flink";
import { answers, type Service } from "#stacks/beam/service";
import { type LoopbackAddresses, runSubmitter, type SubmitterEnd } from "#stacks/beam/submitter";
import { silent } from "#stacks/local/progress";
import { flinkRunner } from "../../fixtures/flink-runner";
import { type LaidOut, layOut } from "./rendered";

/** A job as Flink lists it. */
export interface FlinkJob {
  readonly jid: string;
  readonly name: string;
  readonly state: string;
  readonly "start-time": number;
}

/** Programs that run a pipeline, all on loopback. */
export class FlinkMachine {
  private constructor(
    public readonly folder: string,
    public readonly local: LocalBeam,
    public readonly flink: LocalFlink,
    private readonly jobServer: { readonly service: Service; readonly port: number },
  ) {}

  /** Starts them. */
  public static async start(): Promise<FlinkMachine> {
    const folder = mkdtempSync(join(tmpdir(), "beam-flink-"));
    const local = await startWorkerPool({ folder, progress: silent });
    Object.assign(process.env, await flinkRunner(folder));
    const env = { ...process.env, ...local.env };
    const flink = await startLocalFlink({ folder, env, progress: silent });
    const ports = await jobServerPorts();
    const service = startFlinkJobServer(await jobServerCommand(silent), { ports, restPort: flink.restPort, folder, env });
    await service.until(() => answers(ports.job));
    return new FlinkMachine(folder, local, flink, { service, port: ports.job });
  }

  /** Stops them and removes their files. */
  public async stop(): Promise<void> {
    await this.jobServer.service.stop();
    await this.flink.stop();
    await this.local.workerPool.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The command and files of a pipeline's Job. */
  public prepare(pipeline: Parameters<typeof layOut>[0]): LaidOut {
    return layOut(pipeline, { parent: this.folder, addresses: this.addresses });
  }

  /** Where a submitter finds the programs. */
  public get addresses(): LoopbackAddresses {
    return { flinkPort: this.flink.restPort, jobServerPort: this.jobServer.port, workerPoolPort: this.local.workerPoolPort };
  }

  /** One try of the Job. */
  public run({ command, folder }: LaidOut, timeoutMs = 900_000): Promise<SubmitterEnd> {
    return runSubmitter(command, { folder, env: this.env, timeoutMs });
  }

  /** Variables of a submitter: its state is in a file. */
  public get env(): Readonly<Record<string, string | undefined>> {
    return { ...this.local.env, BEAMSTACK_STATE_FILE: this.stateFile };
  }

  /** What a submitter keeps in the ConfigMap of its pod. */
  public get stateFile(): string {
    return join(this.folder, "state.json");
  }

  /** An answer of Flink. */
  public async rest(path: string): Promise<ReturnType<typeof JSON.parse>> {
    return (await fetch(`http://127.0.0.1:${this.flink.restPort}${path}`)).json();
  }

  /** All jobs, newest first. */
  public async jobs(): Promise<FlinkJob[]> {
    const { jobs }: { readonly jobs: FlinkJob[] } = await this.rest("/jobs/overview");
    return jobs.sort((one, other) => other["start-time"] - one["start-time"]);
  }

  /** The newest job of a name. */
  public async jobNamed(name: string): Promise<FlinkJob | undefined> {
    return (await this.jobs()).find((job) => job.name === name);
  }

  /** Jobs that have not ended. */
  public async active(): Promise<FlinkJob[]> {
    return (await this.jobs()).filter(({ state }) => !["FINISHED", "FAILED", "CANCELED"].includes(state));
  }

  /** The savepoint or checkpoint from which a job started. */
  public async restoredFrom(jid: string | undefined): Promise<string | undefined> {
    return (await this.rest(`/jobs/${jid}/checkpoints`)).latest.restored?.external_path;
  }
}

/** A pipeline that maps elements by an expression. */
export function chain(elements: string, expression: string, options = ""): string {
  return `pipeline:\n  type: chain\n  transforms:\n    - type: Create\n      config: {elements: ${elements}}\n    - type: MapToFields\n      config: {language: python, fields: {x: ${expression}}}\n    - type: LogForTesting\n${options}`;
}
