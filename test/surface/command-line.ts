/** The command line as a surface: commands, arguments, options and the values they take. Descriptions are no part of it. */

import type { Argument, Command, Option } from "commander";
import { commandLine } from "#stacks/cli/command-line";
import type { Surface } from "./entry";

/** Every command by its words, every option by its command and long flag. */
export function commandLineSurface(): Surface {
  return new Map(commandLine().commands.flatMap((command) => entries(command, "")));
}

function entries(command: Command, above: string): [string, string][] {
  const name = `${above}${command.name()}`;
  return [
    [name, command.registeredArguments.map(argumentText).join(" ")],
    ...command.options.map((option): [string, string] => [`${name} ${option.long ?? option.short}`, optionText(option)]),
    ...command.commands.flatMap((part) => entries(part, `${name} `)),
  ];
}

function argumentText(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionText({ flags, argChoices, defaultValue, envVar }: Option): string {
  return [
    flags,
    ...(argChoices ? [`one of ${argChoices.join(", ")}`] : []),
    ...(defaultValue === undefined ? [] : [`default ${JSON.stringify(defaultValue)}`]),
    ...(envVar === undefined ? [] : [`from ${envVar}`]),
  ].join("\n");
}
