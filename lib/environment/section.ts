/** A section of the environment file: the one registration of a product. */

import type { Construct } from "constructs";
import type { z } from "zod";
import type { Problem } from "#lib/core/problem";
import type { KubeObject } from "#lib/kube/object";
import type { ComponentPin } from "#lib/kube/pin";
import type { PriorityName } from "#lib/kube/priority";
import type { SettingsOf } from "#lib/kube/props";
import type { Role, Roles } from "#lib/kube/roles";
import type { Stage } from "#lib/kube/stage";
import type { Core } from "./spec";

/** A Pod Security level below "restricted", and why pods need it. */
interface PodSecurityNeed {
  readonly level: "baseline" | "privileged";
  /** One sentence, an annotation of the namespace. */
  readonly reason: string;
}

/** Requirements of a component for a namespace. Those of several components are merged. */
export interface NamespaceNeed {
  /** @default "restricted" is enough */
  readonly podSecurity?: PodSecurityNeed;
  /** Pods of DaemonSets on each node, for the quota of the namespace. @default none */
  readonly podsPerNode?: number;
  /** Labels by which an operator knows its namespaces. @default none */
  readonly labels?: Readonly<Record<string, string>>;
}

/** A namespace of the platform. Objects in it depend on it automatically; other objects need an explicit dependency. */
export interface INamespace extends Construct {
  readonly name: string;
}

/** Context of one part of a section. */
export interface PartOptions {
  /** Namespace of its objects; it is created with the platform's defaults. @default the component's own default */
  readonly namespace?: string;
  /** Priority class of its pods. @default the cluster's default class */
  readonly priority?: PriorityName;
}

/**
 * References of a section that data follows, as paths below the section, such as `jobs.*.output.storage`; `*` is any key or element. What is below the first `*` is
 * one thing: `jobs.<name>`.
 */
interface LineageFacts {
  /** References to what a thing is made from. @default none */
  readonly reads?: readonly string[];
  /** References to where a thing puts what it makes. @default none */
  readonly writes?: readonly string[];
}

/** Context in which a section is built. */
export interface Site {
  /** Chart of the section's stage. */
  readonly chart: Construct;
  readonly environment: Core;
  /** Text of the environment's files by path; a missing file is absent. */
  readonly files: ReadonlyMap<string, string>;
  /**
   * A scope for the constructs of one part of the file. It sets owner, namespace and priority of everything below it.
   *
   * @param path keys below the section, such as `["clusters", "main"]`
   */
  part(path: readonly string[], options?: PartOptions): Construct;
  /** The namespace of this name; created on first use. */
  namespace(name: string, path: readonly string[], need?: NamespaceNeed): INamespace;
  /** The priority classes of the platform. Helm releases depend on them where their values name one. */
  readonly priorityClasses: Construct;
  /** Registers an object for a role under a name that the environment declares. */
  give<R extends Role>(role: R, name: string, player: Roles[R]): void;
  /** Objects registered for a role so far, by name. */
  all<R extends Role>(role: R): ReadonlyMap<string, Roles[R]>;
  /** Does a section of this environment give the role? Known before anything is built. `by` is the key of the only section that counts. */
  offers(role: Role, by?: string): boolean;
  /** Records a problem; `path` holds keys below the section. */
  report(path: readonly PropertyKey[], problem: Omit<Problem, "path">): void;
  /** The whole construct tree: complete only in `finish`. */
  readonly tree: Construct;
}

/** The namespace of an operator that exists. */
interface ForeignNamespace {
  readonly namespace: string;
  /** Path of the operator's props below the section. */
  readonly path: readonly string[];
}

/** A section: one key of the environment file and the constructs it creates. */
export interface Section<S extends z.ZodType = z.ZodType> {
  readonly key: string;
  readonly stage: Stage;
  /** Versions, chart, images, kinds with readiness, and sources of these facts. */
  readonly pin: ComponentPin;
  /** CRDs of the product. @default none */
  readonly crds?: () => readonly KubeObject[];
  /** Type, default, reference and documentation of every prop. */
  readonly schema: S;
  /** Contents of the section with which its chart makes all of its pods; `npm run import -- pods` renders the chart with it. @default {} */
  readonly chartExample?: z.input<S>;
  /** Contents with which it installs other charts. @default none */
  readonly otherChartExamples?: readonly z.input<S>[];
  /** Names that the section declares, by role: keys of the object at this path below the section, "" for the section itself. @default none */
  readonly declares?: { readonly [R in Role]?: string };
  /** References that data follows, for the lineage of an environment. @default none */
  readonly lineage?: LineageFacts;
  /** Roles that the section uses without a reference in the file; sections that give them are built first. @default none */
  readonly uses?: readonly Role[];
  /** Roles that the section gives without a name in the file. @default none */
  readonly gives?: readonly Role[];
  /** Namespaces of operators that exist on the cluster, which are nobody else's here. @default none */
  readonly foreign?: (settings: SettingsOf<S>) => readonly ForeignNamespace[];
  /** Adds the section's constructs. Defaults are filled in, references are objects. */
  readonly build: (settings: SettingsOf<S>, site: Site) => void;
  /** Runs after all sections were built, for work that depends on the whole tree. @default nothing */
  readonly finish?: (settings: SettingsOf<S>, site: Site) => void;
}

/** A section of any schema. */
export type AnySection = Omit<Section, "build" | "finish" | "foreign" | "chartExample" | "otherChartExamples"> & {
  readonly chartExample?: unknown;
  readonly otherChartExamples?: readonly unknown[];
  readonly foreign?: (settings: never) => readonly ForeignNamespace[];
  readonly build: (settings: never, site: Site) => void;
  readonly finish?: (settings: never, site: Site) => void;
};

const SECTIONS = new WeakSet<object>();

/** Registers a product. Its type follows from the schema. */
export function section<S extends z.ZodType>(one: Section<S>): Section<S> {
  SECTIONS.add(one);
  return one;
}

/** Was this value registered with {@link section}? */
export function isSection(value: unknown): value is AnySection {
  return typeof value === "object" && value !== null && SECTIONS.has(value);
}
