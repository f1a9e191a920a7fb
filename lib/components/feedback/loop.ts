/** A feedback loop: pods that compare tables and watch the registry, alerts, and jobs that alerts start. */

import { Probe } from "cdk8s-plus-28";
import { Construct } from "constructs";
import { Duration } from "#lib/core/duration";
import type { SecretRef } from "#lib/core/secret-ref";
import { Size } from "#lib/core/size";
import type { IBucket } from "#lib/kube/bucket";
import { bucketFlows, bucketUri } from "#lib/kube/bucket-clients";
import { type BucketSet, bucketSet } from "#lib/kube/bucket-set";
import { caVolumeMounts } from "#lib/kube/ca-mount";
import type { IEventScaler } from "#lib/kube/event-scaler";
import type { HardenedContainer } from "#lib/kube/hardened-container";
import { HardenedWorkload, type HardenedWorkloadProps } from "#lib/kube/hardened-workload";
import { registryFlow } from "#lib/kube/model-registry";
import { type IMetricsStore, type IMonitored, type Monitoring, queryFlow } from "#lib/kube/monitoring";
import { allow } from "#lib/kube/network";
import { setOwner } from "#lib/kube/ownership";
import { settingsOf } from "#lib/kube/props";
import { type ProvidedSecret, provideSecret } from "#lib/kube/secret-store";
import type { WorkloadKind } from "#lib/kube/workload-kind";
import { loopProblems } from "./checks";
import { feedbackDashboard } from "./dashboard";
import { loopVariables, passwordOf } from "./environment";
import { feedbackPin } from "./pin";
import { bindRollout, rolloutVariables } from "./rollout";
import { type JobName, jobOf, loopAlerts, type NamedLoop, triggerQuery } from "./rules";
import { type LoopProps, loopSchema, type RolloutSettings } from "./schema";

/** Label of the pods that compare: a label of every series. */
const LOOP_LABEL = "beamstack-iac/loop";
const METRICS_PORT = 8000;

/** Monitoring scrapes at least every five minutes: at the next look the start of a job is known, even if it has ended. */
const RETRAIN_INTERVAL = Duration.minutes(6);
/** A way back must be quick. A second job finds nothing to take back. */
const ROLLBACK = { interval: Duration.minutes(1), cooldown: Duration.hours(1), deadline: Duration.minutes(10) };
/** When a person's approval is looked for. */
const APPROVAL = { schedule: "*/10 * * * *", deadline: Duration.minutes(9) };
/** Ended jobs that stay: the last one tells when the cooldown ends. */
const HISTORY = 3;

/** Time between two looks at the registry of a loop without tables. */
const DEFAULT_LOOK = Duration.minutes(5);

const SMALL = { requests: { cpu: 0.1, memory: Size.mebibytes(512) } };

/** Context of a loop. */
export interface LoopPlace {
  readonly name: string;
  /** Image with the package of the folder `feedback`. */
  readonly image: string;
  /** What starts jobs. @default there is none: no job is made */
  readonly scaler?: Pick<IEventScaler, "trigger"> | undefined;
  /** Where the pods of a newer version are measured. @default nowhere: there is no rollout */
  readonly metrics?: IMetricsStore | undefined;
}

type Workload = Pick<HardenedWorkloadProps, "kind" | "containers"> & Partial<HardenedWorkloadProps>;

/** A feedback loop. */
export class FeedbackLoop extends Construct implements IMonitored {
  public readonly monitoring: Monitoring;
  private readonly loop: NamedLoop;
  private readonly image: string;
  private readonly password: ProvidedSecret | undefined;

  public constructor(scope: Construct, id: string, props: LoopProps & LoopPlace) {
    super(scope, id);
    const { name, image, scaler, metrics, ...own } = props;
    setOwner(this, feedbackPin.name);
    const settings = settingsOf(this, loopSchema, own, { checks: (each, path) => loopProblems({ ...each, name }, path) });
    this.loop = { ...settings, name };
    this.image = image;
    const { namespace, login } = settings;
    this.password = login && provideSecret(login.password, { ...passwordOf(name), namespace });
    const watcher = this.watch();
    if (scaler && settings.retrain) this.retrain(scaler, settings.retrain);
    if (scaler && settings.rules.some(({ starts }) => starts === "rollback")) this.rollBack(scaler);
    if (settings.gate?.approval === "manual") this.approve();
    const target = { port: METRICS_PORT, podLabels: [LOOP_LABEL] };
    const rollout = metrics && settings.rollout?.service.versions && this.rollOut(metrics, settings.rollout);
    this.monitoring = {
      targets: [
        { name: `feedback.${name}`, pods: watcher.pods, ...target },
        ...(rollout ? [{ name: `feedback.rollout.${name}`, pods: rollout.pods, ...target }] : []),
      ],
      alerts: [loopAlerts(this.loop)],
      dashboards: [feedbackDashboard],
    };
  }

  /** Compares tables, and says what became of the last candidate. */
  private watch(): HardenedWorkload {
    const { name, data, replicas, memory, pool } = this.loop;
    const buckets = data ? [data.bucket] : [];
    return this.add("Watch", buckets, (set, mounts) => ({
      name: `${name}-watch`,
      kind: { type: "deployment", replicas },
      ...(pool && { pool }),
      containers: [
        {
          ...this.program("watch"),
          env: {
            ...this.environment(),
            LOOP: name,
            METRICS_PORT: `${METRICS_PORT}`,
            EVERY_SECONDS: `${(data?.every ?? DEFAULT_LOOK).seconds}`,
            ...(data && {
              DATA_REFERENCE: bucketUri(data.bucket.location, data.reference),
              DATA_CURRENT: bucketUri(data.bucket.location, data.current),
              DATA_COLUMNS: data.columns.join(","),
            }),
            ...set.environment,
          },
          ports: { metrics: METRICS_PORT },
          requests: { cpu: 0.2, memory },
          limits: { memory },
          readiness: Probe.fromHttpGet("/metrics", { port: METRICS_PORT }),
          mounts,
        },
      ],
    }));
  }

  /** One Job: the training, then the gate. */
  private retrain(scaler: Pick<IEventScaler, "trigger">, settings: NonNullable<NamedLoop["retrain"]>): void {
    const { queue, pool, deadline, cooldown } = settings;
    const entry = queue?.enter(this.loop.namespace);
    const job = this.add("Retrain", settings.buckets, (set, mounts) => ({
      name: jobOf(this.loop.name, "retrain"),
      kind: this.triggered(scaler, "retrain", { interval: RETRAIN_INTERVAL, cooldown, deadline }),
      ...(pool && { pool }),
      ...(entry && { labels: { ...entry.labels } }),
      initContainers: [this.training(settings, set, mounts)],
      containers: [{ ...this.program("decide"), ...SMALL, env: { ...this.environment(), ...this.gate() } }],
    }));
    if (entry) job.node.addDependency(entry.dependency);
  }

  private training(
    { image, program, env, cpu, memory, accelerators, pool, scratch }: NonNullable<NamedLoop["retrain"]>,
    set: BucketSet,
    mounts: HardenedContainer["mounts"],
  ) {
    const [resource, pieces] = [pool?.capacity.resource, accelerators];
    const extended = resource !== undefined && pieces > 0 ? { extended: { [resource]: pieces } } : {};
    return {
      name: "train",
      image,
      ...(program && { command: [...program] }),
      env: { ...this.environment(), ...set.environment, ...env },
      requests: { cpu, memory, ...extended },
      limits: { memory },
      scratch: { "/tmp": scratch },
      ...(mounts && { mounts }),
    };
  }

  private rollBack(scaler: Pick<IEventScaler, "trigger">): void {
    this.add("Rollback", [], () => ({
      name: jobOf(this.loop.name, "rollback"),
      kind: this.triggered(scaler, "rollback", ROLLBACK),
      containers: [{ ...this.program("roll-back"), ...SMALL, env: this.environment() }],
    }));
  }

  private approve(): void {
    this.add("Approve", [], () => ({
      name: `${this.loop.name}-approve`,
      kind: { type: "cron-job", ...APPROVAL },
      containers: [{ ...this.program("decide"), ...SMALL, env: { ...this.environment(), ...this.gate() } }],
    }));
  }

  /** Leads requests to a newer version: one pod, as two would only do the same. */
  private rollOut(metrics: IMetricsStore, settings: RolloutSettings): HardenedWorkload {
    const { name } = this.loop;
    const workload = this.add("Rollout", [], () => ({
      name: `${name}-rollout`,
      kind: { type: "deployment", replicas: 1 },
      account: { rulesElsewhere: true },
      containers: [
        {
          ...this.program("roll-out"),
          ...SMALL,
          env: { ...this.environment(), ...rolloutVariables(name, settings, metrics), METRICS_PORT: `${METRICS_PORT}` },
          ports: { metrics: METRICS_PORT },
          readiness: Probe.fromHttpGet("/metrics", { port: METRICS_PORT }),
        },
      ],
    }));
    allow(workload, [queryFlow(metrics, `feedback.${workload.name}`, workload.pods)]);
    bindRollout(workload, settings.service, { name: workload.name, namespace: this.loop.namespace });
    return workload;
  }

  private triggered(
    scaler: Pick<IEventScaler, "trigger">,
    job: JobName,
    { interval, cooldown, deadline }: Readonly<Record<"interval" | "cooldown" | "deadline", Duration>>,
  ): WorkloadKind {
    const query = triggerQuery(this.loop, job, cooldown);
    return { type: "triggered-job", scaler, trigger: { type: "prometheus", query, threshold: 1 }, interval, history: HISTORY, deadline };
  }

  /** A workload that talks to the registry, and to its buckets. */
  private add(
    id: string,
    buckets: readonly IBucket[],
    propsOf: (set: BucketSet, mounts: NonNullable<HardenedContainer["mounts"]>) => Workload & { readonly name: string },
  ): HardenedWorkload {
    const { namespace, registry } = this.loop;
    const part = new Construct(this, id);
    const set = bucketSet(buckets, namespace);
    const workload = new HardenedWorkload(part, "Workload", {
      namespace,
      account: { annotations: set.annotations },
      ...propsOf(set, caVolumeMounts(part, set.trust)),
    });
    const secret = this.password?.dependency;
    workload.node.addDependency(registry, ...set.dependencies, ...(secret ? [secret] : []));
    const who = `feedback.${workload.name}`;
    allow(part, [registryFlow(registry, who, workload.pods), ...buckets.flatMap((bucket) => bucketFlows(bucket, who, workload.pods))]);
    return workload;
  }

  private program(command: "watch" | "decide" | "roll-out" | "roll-back") {
    return { image: this.image, command: ["python", "-m", "beamstack_feedback", command], scratch: { "/tmp": Size.gibibytes(1) } };
  }

  private environment(): Record<string, string | SecretRef> {
    const { registry, login, model } = loopVariables(this.loop, this.password?.ref ?? passwordOf(this.loop.name));
    return { ...registry, ...login, ...model };
  }

  private gate(): Record<string, string> {
    const { gate, rollout } = this.loop;
    if (!gate) return {};
    return {
      GATE_METRIC: gate.metric,
      GATE_BETTER: gate.better,
      GATE_MARGIN: `${gate.margin}`,
      GATE_APPROVAL: gate.approval,
      ...(rollout?.service.versions && { GATE_INITIAL: rollout.service.versions.initial }),
    };
  }
}
