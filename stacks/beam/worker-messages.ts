/** Extracts what user code logged from the log of a job server: workers report there, not to the submitter. */

/** Beam's own modules; their messages are not about the pipeline. LogForTesting logs from the YAML modules. */
const BEAMS_OWN = /apache_beam\/(?!yaml\/)/;

/** The messages of user code, in order. */
export function workerMessages(log: string): string[] {
  return [...log.matchAll(/^message: (?<text>".*")\n(?:(?!message: ).*\n)*?log_location: "(?<place>.*)"$/gm)].flatMap(({ groups }) =>
    groups && !BEAMS_OWN.test(groups["place"] ?? "") ? [unquoted(groups["text"] ?? "")] : [],
  );
}

/** The messages of user code in Prism's log, one JSON object per line, in order. */
export function prismMessages(log: string): string[] {
  return log.split("\n").flatMap((line) => {
    const { msg = "", level = "", sdk } = prismEntry(line);
    // What Beam's boot says has no place: the output of a worker that it ends, as errors.
    const own = msg.startsWith(OF_WORKER) && !BELOW_INFO.test(level) && sdk?.location && !BEAMS_OWN.test(sdk.location);
    return own ? [msg.slice(OF_WORKER.length)] : [];
  });
}

/** How Prism marks what a worker says. */
const OF_WORKER = "[SDK] ";
/** `DEBUG`, and levels between that have a number, such as `DEBUG-4`. */
const BELOW_INFO = /^DEBUG/;

interface PrismEntry {
  readonly msg?: string;
  readonly level?: string;
  readonly sdk?: { readonly location?: string };
}

/** A line that is none of its messages, such as the trace of a crash, has no fields. */
function prismEntry(line: string): PrismEntry {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "object" && entry !== null ? entry : {};
  } catch {
    return {};
  }
}

/** Protocol buffers' text format escapes as C does; escapes that JSON lacks stay unchanged. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
