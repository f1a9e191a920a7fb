/** Inputs and results of a benchmark: figures of ours and of peers as rows. */

import { type Figures, figuresOf, type Sample } from "./measure";

/** Options of a benchmark. */
export interface Assignment {
  /** An empty folder, removed afterwards. */
  readonly scratch: string;
  /** Numbers of objects. @default those of the benchmark */
  readonly sizes?: readonly number[];
  /** Runs of each peer. @default those of the benchmark */
  readonly runs?: number;
}

/** A peer at one size. */
export interface Row extends Figures {
  readonly what: string;
  /** Number of objects. @default the benchmark has no sizes */
  readonly objects?: number;
  readonly peer: string;
  /** Our median over this peer's. */
  readonly ratio: number;
}

/** Result of a benchmark. */
export interface Findings {
  readonly rows: readonly Row[];
  /** How each peer ran, and notes for readers of the rows. */
  readonly notes: readonly string[];
}

/** What is compared. */
export interface Subject {
  readonly what: string;
  readonly objects?: number;
}

/** Our row, then one row per peer. */
export function rowsOf(subject: Subject, ours: readonly Sample[], peers: Readonly<Record<string, readonly Sample[]>>): Row[] {
  const own = figuresOf(ours);
  const row = (peer: string, figures: Figures): Row => ({ ...subject, peer, ...figures, ratio: ratioOf(own, figures) });
  return [row("ours", own), ...Object.entries(peers).map(([peer, samples]) => row(peer, figuresOf(samples)))];
}

function ratioOf(ours: Figures, peer: Figures): number {
  return Math.round((ours.medianSeconds / peer.medianSeconds) * 1000) / 1000;
}
