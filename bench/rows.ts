/** Figures of us and of peers as rows of a result. */

import type { Figures } from "./measure";

/** A peer at one size. */
export interface Row {
  readonly what: string;
  readonly peer: string;
  readonly medianSeconds: number;
  readonly p90Seconds: number;
  readonly peakMegabytes: number;
  readonly runs: number;
  /** Our median over this peer's. */
  readonly ratio: number;
}

/** Our row, then a row a peer. */
export function rowsOf(what: string, ours: Figures, peers: Readonly<Record<string, Figures>>): Row[] {
  const row = (peer: string, figures: Figures): Row => ({ what, peer, ...figures, ratio: ours.medianSeconds / figures.medianSeconds });
  return [row("ours", ours), ...Object.entries(peers).map(([peer, figures]) => row(peer, figures))];
}
