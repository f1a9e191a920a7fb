/** Extracts what user code logged from the job server's log: workers report there, not to the submitter. */

/** Beam's own modules; their messages are not about the pipeline. LogForTesting logs from the YAML modules. */
const BEAMS_OWN = /apache_beam\/(?!yaml\/)/;

/** The messages of user code, in order. */
export function workerMessages(log: string): string[] {
  return [...log.matchAll(/^message: (?<text>".*")\n(?:(?!message: ).*\n)*?log_location: "(?<place>.*)"$/gm)].flatMap(({ groups }) =>
    groups && !BEAMS_OWN.test(groups["place"] ?? "") ? [unquoted(groups["text"] ?? "")] : [],
  );
}

/** Protocol buffers' text format escapes as C does; escapes that JSON lacks stay unchanged. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
