/** Reads a file that another process still writes, line by line. */

import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** Polling interval. */
const LOOK_MS = 60;
const CHUNK = 256 * 1024;

/** A running reader. */
export interface Follower {
  /** Reads the rest and stops polling. */
  stop(): void;
}

/** Calls `onLine` for every complete line of the file at `path`, including lines appended later. The file must exist. */
export function followLines(path: string, onLine: (line: string) => void): Follower {
  const file = openSync(path, "r");
  const decoder = new StringDecoder("utf8");
  const chunk = Buffer.alloc(CHUNK);
  let rest = "";
  const read = (): void => {
    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, size))).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") onLine(line);
    }
  };
  const timer = setInterval(read, LOOK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      read();
      closeSync(file);
    },
  };
}
