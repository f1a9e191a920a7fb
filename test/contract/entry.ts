/** What a component tells the contract suite about itself. */

import { App } from "cdk8s";
import type { Construct } from "constructs";
import type { z } from "zod";
import { StageChart } from "#charts/stage-chart";
import { synthesize } from "#charts/synthesize";
import { checkRelease } from "#lib/checks/index";
import { ConfigError, type Problem, type Result } from "#lib/core/problem";
import { isMonitored, type Monitoring } from "#lib/kube/monitoring";
import { type OperatorMode, setOperatorMode } from "#lib/kube/operator";
import { ownerOf } from "#lib/kube/ownership";
import type { ComponentPin } from "#lib/kube/pin";
import { setPullSecrets } from "#lib/kube/pull-secrets";
import type { Release } from "#lib/release/release";
import { CANARY } from "../fixtures/secrets/values";

/** One prop at a value other than its default, with what else it needs to mean something. */
type Variant<Props> = Partial<Props>;

/** Series of metrics in promtool's notation, the minute to look at, and whether the alert is raised by then. */
export interface AlertCase {
  readonly alert: string;
  readonly series: Readonly<Record<string, string>>;
  readonly at: string;
  readonly raised: boolean;
}

/** A component as the contract suite sees it; `Props` without place props (namespace, source, references). */
export interface ContractEntry<Props extends object> {
  /** Title in the test report: the construct's class name. */
  readonly title: string;
  readonly pin: ComponentPin;
  readonly schema: z.ZodType;
  /** Builds the component below a stage chart, with whatever it refers to. */
  readonly build: (scope: Construct, props: Props) => void;
  /** The fewest props that make sense. */
  readonly smallest: Props;
  /** For every prop: a variant of `smallest` in which it has another value. A missing prop does not compile. */
  readonly variants: { readonly [K in keyof Required<Props>]: Variant<Props> };
  /** Props that each check refuses, by the id of the problem. */
  readonly refused: Readonly<Record<string, Variant<Props>>>;
  /** For every alert: series that raise it and series that do not. @default no alerts */
  readonly alerts?: readonly AlertCase[];
  /** Contract points this component does not meet, each with its reason. */
  readonly skips?: Readonly<Record<string, string>>;
}

/** A title, and the entry with its props' type forgotten: a list of entries holds many types. */
export interface AnyEntry {
  readonly entry: Omit<ContractEntry<object>, "build" | "variants" | "refused">;
  readonly props: readonly string[];
  readonly release: (mode: OperatorMode, prop?: string) => Result<Release>;
  readonly refuse: (id: string) => readonly Problem[];
  readonly refusedIds: readonly string[];
  /** The smallest release where every pod needs the Secret `registry-keys`. */
  readonly withPullSecrets: (mode: OperatorMode) => Result<Release>;
  readonly withDefaults: (mode: OperatorMode) => Result<Release>;
  /** Paths of the props, of the smallest and every variant, where a password in a URL comes out in the release and no rule refuses it. */
  readonly leaks: () => readonly string[];
  /** Monitoring of everything in the smallest tree that belongs to the component. */
  readonly monitoring: () => readonly Monitoring[];
}

/** Prepares an entry for the suite. */
export function contractEntry<Props extends object>(entry: ContractEntry<Props>): AnyEntry {
  const tree = (mode: OperatorMode, props: Props, pullSecrets: readonly string[] = []): App => {
    const app = new App();
    setPullSecrets(app, pullSecrets);
    setOperatorMode(app, mode);
    entry.build(new StageChart(app, "data-preparation"), props);
    return app;
  };
  const build = (mode: OperatorMode, props: Props, pullSecrets: readonly string[] = []): Result<Release> =>
    synthesize(tree(mode, props, pullSecrets), "contract", { kinds: entry.pin.kinds });
  const variant = (changes: Variant<Props> | undefined): Props => ({ ...entry.smallest, ...changes });
  return {
    entry,
    props: Object.keys(entry.variants),
    release: (mode, prop) => build(mode, variant(prop === undefined ? undefined : entry.variants[prop as keyof Props])),
    withPullSecrets: (mode) => build(mode, entry.smallest, ["registry-keys"]),
    leaks: () => {
      const planted = Object.entries<Variant<Props>>(entry.variants).flatMap(([prop, changes]) => withSecrets(variant(changes), prop));
      return planted.filter(({ props }) => holdsSecret(() => build("helm", props))).map(({ path }) => path);
    },
    withDefaults: (mode) => build(mode, entry.schema.parse(entry.smallest) as Props),
    refuse: (id) => problemsIn(() => build("helm", variant(entry.refused[id]))),
    refusedIds: Object.keys(entry.refused),
    monitoring: () =>
      tree("helm", entry.smallest)
        .node.findAll()
        .filter((construct) => isMonitored(construct) && ownerOf(construct).component === entry.pin.name)
        .flatMap((construct) => (isMonitored(construct) ? [construct.monitoring] : [])),
  };
}

interface Planted<T> {
  readonly path: string;
  readonly props: T;
}

/** Copies of plain data, in each of which another text is a URL with a password. Constructs are left as they are. */
function withSecrets<T>(data: T, path: string): Planted<T>[] {
  if (typeof data === "string") return [{ path, props: `https://user:${CANARY}@example.com/` as T }];
  if (Array.isArray(data)) {
    return data.flatMap((item, at) => withSecrets(item, `${path}[${at}]`).map((one) => ({ ...one, props: data.with(at, one.props) as T })));
  }
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    withSecrets<unknown>(value, `${path}.${key}`).map((one) => ({ ...one, props: { ...data, [key]: one.props } })),
  );
}

/** Whether a release holds the planted secret, and no rule says so. */
function holdsSecret(build: () => Result<Release>): boolean {
  try {
    const result = build();
    if (!(result.ok && JSON.stringify(result.value).includes(CANARY))) return false;
    const found = checkRelease(result.value, { production: false, pools: [], kinds: [], existingNamespaces: [] });
    return !found.some(({ id }) => id === "checks.no-secret-in-clear-text");
  } catch (thrown) {
    if (thrown instanceof ConfigError) return false;
    throw thrown;
  }
}

/** Where a required prop is wrong nothing can be built: the construct throws. */
function problemsIn(build: () => Result<Release>): readonly Problem[] {
  try {
    const result = build();
    return result.ok ? result.warnings : result.problems;
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems;
    throw thrown;
  }
}
