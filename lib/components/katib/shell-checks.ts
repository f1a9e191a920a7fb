/** Texts that a shell reads: Katib's webhook joins a program and its arguments with spaces, and quotes nothing. */

import type { Problem } from "#lib/core/problem";

/** Characters that mean themselves in a shell. */
const PLAIN = /^[\w@%+=:,./-]*$/;

/** Is the program a line of a shell already? Katib passes it on. Source: Katib v0.19.0, pkg/webhook/v1beta1/pod/utils.go, wrapWorkerContainer. */
export function isShell([shell, option]: readonly string[]): boolean {
  return (shell === "sh" || shell === "bash") && option === "-c";
}

/** Problem of a text that a shell would read as something else. */
export function shellProblems(text: string, path: string): Problem[] {
  if (PLAIN.test(text)) return [];
  return [
    {
      id: "katib.text-for-shell",
      path,
      got: JSON.stringify(text),
      allowed: "letters, digits and @ % + = : , . / - _: Katib joins program and arguments to one line of a shell, without quotes",
      fix: "use other characters, put the program into a file of the image, or report metrics by push",
    },
  ];
}
