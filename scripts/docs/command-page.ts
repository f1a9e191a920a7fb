/** The reference page of the command: commands, exit codes, environment variables. */

import type { Argument, Command } from "commander";
import { commandLine } from "#stacks/cli/command-line";
import { EXIT, EXIT_MEANINGS } from "#stacks/cli/exit-codes";
import { VARIABLES } from "#stacks/cli/variables";
import { markdownTable } from "./markdown-table";

/** Text of the page. */
export function commandPage(): string {
  return `# The command

\`beamstack-iac <command>\`. Generated from the command line by \`npm run docs\`: change the command, not this page. Data is printed on stdout, progress and messages on stderr.

Completion of commands, options and names of environments: \`eval "$(beamstack-iac completion bash)"\`, the same with \`zsh\`, and \`beamstack-iac completion fish | source\`.

${commandLine()
  .commands.flatMap((command) => sections(command, ""))
  .join("\n\n")}

## Exit codes

They are Pulumi's.

${markdownTable(
  ["code", "when"],
  Object.entries(EXIT).map(([name, code]) => [`\`${code}\``, EXIT_MEANINGS[name as keyof typeof EXIT]]),
)}

## Environment variables

${markdownTable(
  ["variable", "what it sets"],
  VARIABLES.map(({ name, text }) => [`\`${name}\``, text]),
)}
`;
}

function sections(command: Command, above: string): string[] {
  const name = `${above}${command.name()}`;
  const call = ["##", `\`${[name, ...command.registeredArguments.map(argumentText)].join(" ")}\``].join(" ");
  const options = command.options.filter(({ hidden }) => !hidden);
  const table = markdownTable(
    ["option", "what it does"],
    options.map(({ flags, description }) => [`\`${flags}\``, description]),
  );
  return [
    [call, `${capital(command.description())}.`, ...(options.length > 0 ? [table] : [])].join("\n\n"),
    ...command.commands.flatMap((part) => sections(part, `${name} `)),
  ];
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
