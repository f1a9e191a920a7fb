/** What user code logged, out of the job server's log: workers report there, not to the submitter. */

/** Beam's own modules: what they log says nothing of the pipeline. LogForTesting logs from the YAML modules. */
const BEAMS_OWN = /apache_beam\/(?!yaml\/)/;

/** The messages of user code, in the order in which they came. */
export function workerMessages(log: string): string[] {
  return [...log.matchAll(/^message: (?<text>".*")\n(?:(?!message: ).*\n)*?log_location: "(?<place>.*)"$/gm)].flatMap(({ groups }) =>
    groups && !BEAMS_OWN.test(groups["place"] ?? "") ? [unquoted(groups["text"] ?? "")] : [],
  );
}

/** Protocol buffers' text form escapes as C does; what JSON does not know of that stays as it is. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
