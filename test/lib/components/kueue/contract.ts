/** Kueue in the contract suite. */

import { App, Chart } from "cdk8s";
import type { Construct } from "constructs";
import { KueueOperator, kueueOperatorSchema, kueuePin, Queue, type QueueProps, queueSchema } from "#lib/components/kueue/index";
import { NodePool } from "#lib/components/node-pools/index";
import { AlertRules, Prometheus } from "#lib/components/prometheus/index";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { kueueAlertCases, queueAlertCases } from "./alert-cases";

const operator = contractEntry({
  title: "KueueOperator",
  pin: kueuePin,
  schema: kueueOperatorSchema,
  build: (scope, props) => new KueueOperator(scope, "Subject", props),
  smallest: {},
  variants: {
    resources: { resources: { limits: { memory: Size.gibibytes(4) } } },
    existing: { existing: true },
    replicas: { replicas: 2 },
    fairSharing: { fairSharing: true },
    statefulSets: { statefulSets: true },
    waitForPodsReady: { waitForPodsReady: { timeout: Duration.minutes(10) } },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: kueueAlertCases,
});

/** The pool that every quota is of. */
const pool = (scope: Construct) =>
  new NodePool(scope, "Pool", { name: "cpu", type: "static", nodes: 2, node: { cpu: 16, memory: Size.gibibytes(64) } });

const quota = { pool: pool(new Chart(new App(), "pools")), cpu: 8, memory: Size.gibibytes(32) };

const queue = contractEntry<QueueProps>({
  title: "Queue",
  pin: kueuePin,
  schema: queueSchema,
  build: (scope: Construct, { quotas, ...props }) => {
    new KueueOperator(scope, "Operator");
    const own = pool(scope);
    const prometheus = new Prometheus(scope, "Prometheus");
    const subject = new Queue(scope, "Subject", { ...props, name: "subject", quotas: quotas.map((one) => ({ ...one, pool: own })) });
    // Alerts are part of the output once monitoring reads them.
    for (const group of subject.monitoring.alerts ?? []) new AlertRules(scope, group.name, { prometheus, group });
  },
  smallest: { quotas: [quota] },
  variants: {
    quotas: { quotas: [{ ...quota, cpu: 4 }] },
    cohort: { cohort: "teams" },
    order: { order: "strict-fifo" },
    preemption: { preemption: { withinQueue: "lower-priority" } },
    weight: { cohort: "teams", weight: 2 },
    maxWait: { maxWait: Duration.minutes(30) },
    namespaces: { namespaces: ["research"] },
  },
  refused: {
    "spec.wrong-value": { quotas: [{ ...quota, cpu: -1 }] },
    "kueue.no-cohort": { quotas: [{ ...quota, borrowing: { cpu: 2 } }] },
    "kueue.lends-too-much": { cohort: "teams", quotas: [{ ...quota, lending: { cpu: 9 } }] },
    "kueue.borrow-without-reclaim": { cohort: "teams", preemption: { borrowUpToPriority: 100 } },
    "kueue.no-accelerators": { quotas: [{ ...quota, accelerators: 1 }] },
    "kueue.pool-twice": { quotas: [quota, quota] },
  },
  alerts: queueAlertCases,
});

/** What the contract suite tries. */
export const entries = [operator, queue];
