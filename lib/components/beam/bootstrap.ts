/** Pipelines that fill what a stream begins with, where a new SDK cannot read its state. */

import type { Problem } from "#lib/core/problem";
import { nearest, show } from "#lib/core/schema";
import type { BeamPipelineSettings } from "./schema";

/** Pipelines by name, each with the name of its bootstrap. */
type Named<P> = Readonly<Record<string, P & { readonly bootstrap?: string | undefined }>>;

/** Pipelines in the order in which they can be made: those of `bootstrap` first. */
export function inOrder<P>(pipelines: Named<P>): [string, Named<P>[string]][] {
  const all = Object.entries(pipelines);
  return [...all.filter(([, { bootstrap }]) => bootstrap === undefined), ...all.filter(([, { bootstrap }]) => bootstrap !== undefined)];
}

/** A name that is none of a pipeline without one itself. */
export function unknownBootstrap(name: string, pipelines: Named<unknown>): Omit<Problem, "path"> {
  const known = Object.keys(pipelines).filter((each) => pipelines[each]?.bootstrap === undefined);
  const near = nearest(name, known);
  return {
    id: "pipelines.unknown-bootstrap",
    got: show(name),
    allowed: known.length > 0 ? `a pipeline without bootstrap: ${known.join(", ")}` : "a pipeline without bootstrap",
    fix: near ? `did you mean ${near}?` : "name a pipeline of the environment that has an end",
  };
}

/** A stream, and the pipeline that fills what it begins with. */
export interface Bootstrapped {
  /** Path of the stream's props. */
  readonly path: string;
  readonly settings: Pick<BeamPipelineSettings, "stateReset">;
  /** ConfigMap of its state. @default it keeps none */
  readonly state: string | undefined;
  readonly bootstrap: { readonly name: string; readonly outcome: "finished" | "running" | undefined; readonly scheduled: boolean };
}

/** Problems of a bootstrap. */
export function bootstrapProblems({ path, settings, state, bootstrap }: Bootstrapped): Problem[] {
  const problem = { path: `${path}.bootstrap`, got: show(bootstrap.name) };
  return [
    ...(state === undefined
      ? [
          {
            ...problem,
            id: "beam.nothing-to-bootstrap",
            allowed: 'a stream with upgrade: "savepoint"; no other pipeline has state of another SDK',
            fix: "remove it",
          },
        ]
      : []),
    ...(bootstrap.outcome === "running"
      ? [
          {
            ...problem,
            id: "beam.endless-bootstrap",
            got: `${show(bootstrap.name)}, which never ends`,
            allowed: "a pipeline that finishes",
            fix: "name a pipeline with bounded input",
          },
        ]
      : []),
    ...(bootstrap.scheduled
      ? [
          {
            ...problem,
            id: "beam.scheduled-bootstrap",
            got: `${show(bootstrap.name)}, which runs on a schedule`,
            allowed: "a pipeline that runs once, so that the stream can wait for its end",
            fix: "name a pipeline without a schedule",
          },
        ]
      : []),
    ...(settings.stateReset === undefined
      ? []
      : [
          {
            ...problem,
            id: "beam.bootstrap-and-reset",
            got: `${show(bootstrap.name)}, and stateReset`,
            allowed: "one of the two: with a bootstrap every new SDK starts without state",
            fix: "remove stateReset",
          },
        ]),
  ];
}
