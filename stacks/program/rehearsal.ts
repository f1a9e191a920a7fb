/** How the program learns that its stack is a rehearsal. */

/**
 * Holds the backend of the rehearsal. Only a stack in that very backend is one: a variable that stays in a shell must not turn a real
 * environment into its rehearsal.
 */
export const REHEARSAL_VARIABLE = "BEAMSTACK_IAC_REHEARSAL";

/** Is the stack a rehearsal of its environment? */
export function isRehearsal(env: Readonly<Record<string, string | undefined>>): boolean {
  const backend = env[REHEARSAL_VARIABLE];
  return Boolean(backend) && backend === env["PULUMI_BACKEND_URL"];
}
