/** `completion`: scripts by which shells complete commands, options and names of environments. Made from the command line itself. */

import { Argument, Command } from "commander";
import { processTerminal, type Terminal } from "../output";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** A command by its words, and what may follow. */
interface Node {
  /** Such as `pipeline import`; empty for the program. */
  readonly words: string;
  readonly parts: readonly Node[];
  readonly options: readonly { readonly flag: string; readonly text: string }[];
  readonly text: string;
  readonly takesEnvironment: boolean;
}

/** Names of environment files, without a start of Node: the shell reads the folders that the command reads. */
const ENVIRONMENTS = "ls env stacks/env 2>/dev/null | sed -n 's/^\\([a-z0-9-]*\\)\\.[jt]s$/\\1/p'";

/** The command `completion`. `root` gives the whole command line. */
export function completionCommand(root: () => Command, { stdout }: Terminal = processTerminal): Command {
  return new Command("completion")
    .description('print the completion script of a shell; use with eval: eval "$(beamstack-iac completion bash)"')
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => void stdout.write(completionScript(shell, root())));
}

/** The script of one shell. */
export function completionScript(shell: (typeof SHELLS)[number], root: Command): string {
  const nodes = flattened(nodeOf(root, ""));
  if (shell === "fish") return fishScript(nodes);
  const start = shell === "zsh" ? "autoload -U +X compinit bashcompinit && compinit -u && bashcompinit\n" : "";
  return `${start}${bashScript(nodes)}`;
}

function nodeOf(command: Command, words: string): Node {
  const below = (name: string): string => (words === "" ? name : `${words} ${name}`);
  return {
    words,
    parts: command.commands.map((part) => nodeOf(part, below(part.name()))),
    options: command.options.flatMap(({ long, hidden, description }) => (long && !hidden ? [{ flag: long, text: description }] : [])),
    text: command.description(),
    takesEnvironment: command.registeredArguments.some((argument) => /^(environments?|left|right)$/.test(argument.name())),
  };
}

function flattened(node: Node): Node[] {
  return [node, ...node.parts.flatMap(flattened)];
}

function bashScript(nodes: readonly Node[]): string {
  const answers = nodes.map(({ words, parts, options, takesEnvironment }) => {
    const next = [...parts.map((part) => lastWord(part)), ...options.map(({ flag }) => flag), "--help"].join(" ");
    return `    "${words}") echo "${next}"${takesEnvironment ? `; ${ENVIRONMENTS}` : ""} ;;`;
  });
  const known = nodes.filter(({ words }) => words !== "").map(({ words }) => `"${words}"`);
  return `_beamstack_iac_next() {
  case "$1" in
${answers.join("\n")}
  esac
}
_beamstack_iac() {
  local at="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${at:+$at }$word" in
      ${known.join("|")}) at="\${at:+$at }$word" ;;
    esac
  done
  COMPREPLY=($(compgen -W "$(_beamstack_iac_next "$at")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _beamstack_iac beamstack-iac
`;
}

function fishScript(nodes: readonly Node[]): string {
  const lines = nodes.flatMap((node) => [
    ...node.parts.map((part) => fishLine(node, `-a ${lastWord(part)} -d ${quoted(part.text)}`)),
    ...node.options.map(({ flag, text }) => fishLine(node, `-l ${flag.slice(2)} -d ${quoted(text)}`)),
    ...(node.takesEnvironment ? [fishLine(node, `-a ${quoted(`(${ENVIRONMENTS.replace("ls env", "command ls env")})`)}`)] : []),
  ]);
  return `complete -c beamstack-iac -f\n${lines.join("\n")}\n`;
}

/** Offered after the words of the command, and before those of its parts. */
function fishLine({ words, parts }: Node, offer: string): string {
  const seen = words.split(" ").filter(Boolean);
  const conditions = [
    ...seen.map((word) => `__fish_seen_subcommand_from ${word}`),
    ...(parts.length > 0 ? [`not __fish_seen_subcommand_from ${parts.map(lastWord).join(" ")}`] : []),
  ];
  return `complete -c beamstack-iac${conditions.length > 0 ? ` -n ${quoted(conditions.join("; and "))}` : ""} ${offer}`;
}

function lastWord({ words }: Node): string {
  return words.slice(words.lastIndexOf(" ") + 1);
}

function quoted(text: string): string {
  return `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
}
