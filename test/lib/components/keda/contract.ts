/** KEDA in the contract suite. */

import { App, Chart } from "cdk8s";
import {
  KedaOperator,
  type KedaOperatorProps,
  kedaOperatorSchema,
  kedaPin,
  Scaler,
  type ScalerProps,
  scalerSchema,
} from "#lib/components/keda/index";
import { Prometheus } from "#lib/components/prometheus/index";
import { Duration } from "#lib/core/duration";
import { Size } from "#lib/core/size";
import { contractEntry } from "../../../contract/entry";
import { kedaAlertCases } from "./alert-cases";

const metrics = new Prometheus(new Chart(new App(), "metrics"), "Prometheus");

const operator = contractEntry<KedaOperatorProps>({
  title: "KedaOperator",
  pin: kedaPin,
  schema: kedaOperatorSchema,
  build: (scope, props) => new KedaOperator(scope, "Subject", { ...props, metrics }),
  smallest: {},
  variants: {
    existing: { existing: true },
    replicas: { replicas: 2 },
    resources: { resources: { limits: { memory: Size.gibibytes(2) } } },
  },
  refused: { "spec.wrong-value": { replicas: 0 }, "operators.without-effect-on-existing": { existing: true, replicas: 3 } },
  alerts: kedaAlertCases,
});

const query = { type: "prometheus", query: "sum(rate(requests_total[1m]))", threshold: 10 } as const;
const workHours = { type: "cron", start: "0 8 * * mon-fri", end: "0 18 * * mon-fri", replicas: 3 } as const;
const idle = { replicas: { min: 0, max: 5 } };

const scaler = contractEntry<ScalerProps>({
  title: "Scaler",
  pin: kedaPin,
  schema: scalerSchema,
  build: (scope, props) => {
    new Scaler(scope, "Subject", { ...props, name: "subject", operator: new KedaOperator(scope, "Operator", { metrics }) });
  },
  smallest: { namespace: "serving", target: { name: "web" }, replicas: { max: 5 }, triggers: [query] },
  variants: {
    namespace: { namespace: "other" },
    target: { target: { kind: "StatefulSet", name: "web" } },
    replicas: idle,
    triggers: { triggers: [{ ...query, activation: 2 }, workHours] },
    interval: { ...idle, interval: Duration.seconds(10) },
    cooldown: { ...idle, cooldown: Duration.minutes(30) },
    fallback: { fallback: { replicas: 2 } },
  },
  refused: {
    "keda.min-above-max": { replicas: { min: 6, max: 5 } },
    "keda.interval-without-effect": { interval: Duration.seconds(10) },
    "keda.cooldown-without-effect": { cooldown: Duration.minutes(30) },
    "keda.fallback-outside": { fallback: { replicas: 6 } },
    "keda.empty-time": { triggers: [{ ...workHours, end: workHours.start }] },
  },
});

/** What the contract suite tries. */
export const entries = [operator, scaler];
