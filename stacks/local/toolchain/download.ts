/** Downloads a file through the user's proxy and accepts it only with the pinned digest. */

import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { codeOf, LocalError } from "../local-error";
import { get } from "./http-get";
import { MIRROR } from "./mirror";

/** The file is not available: no connection, not found, or interrupted. Not thrown for a file with another digest. */
export class Unavailable extends Error {}

/** What to download, and where to. */
export interface Download {
  readonly url: URL;
  /** Hash algorithm, a colon, hex digits. */
  readonly digest: string;
  readonly file: string;
}

/** Timeouts of the response and of each next chunk. A slow download continues as long as data arrives. */
export interface Patience {
  readonly answerMs: number;
  readonly stallMs: number;
}

const PATIENCE: Patience = { answerMs: 15_000, stallMs: 30_000 };

/**
 * Downloads a file. Honours HTTP_PROXY, HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS.
 *
 * @throws Unavailable if the file is not available
 * @throws LocalError if it has another digest, or cannot be written
 */
export async function download(
  { url, digest, file }: Download,
  tell: (detail: string) => void,
  { answerMs, stallMs }: Patience = PATIENCE,
): Promise<void> {
  const [algorithm = "", pinned] = digest.split(":");
  const hash = createHash(algorithm);
  const got: Got = { bytes: 0 };
  const silence = watchSilence(answerMs);
  try {
    const answer = await get(url, silence.signal);
    if (answer.statusCode !== 200) throw new Unavailable(`${url.host} answers ${answer.statusCode}`);
    got.size = Number(answer.headers["content-length"]) || undefined;
    silence.heard(stallMs);
    const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        got.bytes += chunk.length;
        silence.heard(stallMs);
        tell(amountOf(got));
        yield chunk;
      }
    };
    await pipeline(answer, counted, createWriteStream(file, { mode: 0o600 }));
  } catch (thrown) {
    throw failure(silence.signal.aborted ? silence.signal.reason : thrown, { url, file, got });
  } finally {
    silence.end();
  }
  const actual = hash.digest("hex");
  if (actual !== pinned) throw otherDigest(url, `${algorithm}:${actual}`, digest);
}

interface Silence {
  /** Aborted by the timeout. */
  readonly signal: AbortSignal;
  /** Resets the timeout after data has arrived; the next chunk may take this long. */
  readonly heard: (withinMs: number) => void;
  readonly end: () => void;
}

/** Connections may stay open without data: a proxy that accepts them, a firewall that drops packets. */
function watchSilence(withinMs: number): Silence {
  const ended = new AbortController();
  const wait = (ms: number): NodeJS.Timeout => setTimeout(() => ended.abort(new Error(`nothing arrived for ${ms / 1000} s`)), ms);
  let timer = wait(withinMs);
  const heard = (ms: number): void => {
    clearTimeout(timer);
    timer = wait(ms);
  };
  // Closes what is still open of the connection.
  const end = (): void => {
    clearTimeout(timer);
    ended.abort();
  };
  return { signal: ended.signal, heard, end };
}

/** Progress of a download. */
interface Got {
  bytes: number;
  size?: number;
}

interface Attempt {
  readonly url: URL;
  readonly file: string;
  readonly got: Got;
}

function failure(thrown: unknown, { url, file, got }: Attempt): Error {
  if (thrown instanceof Unavailable) return thrown;
  const code = codeOf(thrown);
  if (code !== undefined && OF_DISK.has(code))
    return new LocalError(`${file} cannot be written: ${code}`, "free space, or set XDG_CACHE_HOME");
  const why = thrown instanceof Error ? thrown.message || code : String(thrown);
  return new Unavailable(
    got.bytes === 0 ? `${url.host} cannot be reached: ${why}` : `the download from ${url.host} ended after ${amountOf(got)}: ${why}`,
  );
}

/** Every other error is a connection error. */
const OF_DISK: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EROFS", "EIO"]);

/** A build instead would hide that a different file is served, so this ends the run. */
function otherDigest(url: URL, actual: string, pinned: string): LocalError {
  return new LocalError(
    `${url.origin}${url.pathname} has the digest ${actual}, pinned is ${pinned}`,
    `find out what changes the file (a proxy, a mirror); to build from source instead, set ${MIRROR}=off`,
  );
}

function amountOf({ bytes, size }: Got): string {
  const megabytes = (count: number): string => (count / 1e6).toFixed(1);
  return size === undefined ? `${megabytes(bytes)} MB` : `${megabytes(bytes)} of ${megabytes(size)} MB`;
}
