/** The command line: loads only the requested command; help loads none. */

import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../local/files";

interface Lazy {
  readonly summary: string;
  readonly load: () => Command;
  /** Left out of the help. @default false */
  readonly hidden?: boolean;
}

/** Every command. Its own file has its arguments and options. */
const COMMANDS: Readonly<Record<string, Lazy>> = {
  up: {
    summary: "create or update an environment",
    load: () => (require("./commands/up") as typeof import("./commands/up")).upCommand(),
  },
  preview: {
    summary: "show what up would change; needs no cluster",
    load: () => (require("./commands/preview") as typeof import("./commands/preview")).previewCommand(),
  },
  refresh: {
    summary: "read the cluster into the state and report drift",
    load: () => (require("./commands/refresh") as typeof import("./commands/refresh")).refreshCommand(),
  },
  destroy: {
    summary: "delete the objects of an environment, except data, CRDs and objects of others",
    load: () => (require("./commands/destroy") as typeof import("./commands/destroy")).destroyCommand(),
  },
  outputs: {
    summary: "show the outputs of an environment",
    load: () => (require("./commands/outputs") as typeof import("./commands/outputs")).outputsCommand(),
  },
  synth: {
    summary: "write an environment as a GitOps tree; needs no cluster",
    load: () => (require("./commands/synth") as typeof import("./commands/synth")).synthCommand(),
  },
  validate: {
    summary: "check environments and show every problem",
    load: () => (require("./commands/validate") as typeof import("./commands/validate")).validateCommand(),
  },
  diff: {
    summary: "show what differs between two environments",
    load: () => (require("./commands/diff") as typeof import("./commands/diff")).diffCommand(),
  },
  status: {
    summary: "show live health by lifecycle stage",
    load: () => (require("./commands/status") as typeof import("./commands/status")).statusCommand(),
  },
  inventory: {
    summary: "list the objects that an environment owns in its cluster",
    load: () => (require("./commands/inventory") as typeof import("./commands/inventory")).inventoryCommand(),
  },
  lineage: {
    summary: "show where the data of a thing comes from, and where it goes",
    load: () => (require("./commands/lineage") as typeof import("./commands/lineage")).lineageCommand(),
  },
  environments: {
    summary: "list the environments of this project",
    load: () => (require("./commands/environments") as typeof import("./commands/environments")).environmentsCommand(),
  },
  doctor: {
    summary: "check machine and cluster for problems before a run",
    load: () => (require("./commands/doctor") as typeof import("./commands/doctor")).doctorCommand(),
  },
  pipeline: {
    summary: "check, render or run a Beam YAML file; stop a pipeline of an environment, or show its logs",
    load: () => (require("./commands/pipeline") as typeof import("./commands/pipeline")).pipelineCommand(),
  },
  init: {
    summary: "create your own repository: one environment, its Pulumi project, CI for GitOps",
    load: () => (require("./commands/init") as typeof import("./commands/init")).initCommand(),
  },
  local: {
    summary: "start, stop and inspect the embedded control plane",
    load: () => (require("./commands/local") as typeof import("./commands/local")).localCommand(),
  },
  completion: {
    summary: "print the completion script of a shell",
    load: () => (require("./commands/completion") as typeof import("./commands/completion")).completionCommand(commandLine),
    hidden: true,
  },
};

/** Pulumi's code for a malformed command line. */
const CONFIGURATION = 2;

/** Runs the command that the arguments name. */
export function runCommandLine(words: readonly string[]): Promise<unknown> {
  // Each command defines its own arguments and options, and only the requested one is loaded.
  const argv = words[0] === "help" ? [...words.slice(1), "--help"] : words;
  const [asked] = argv;
  const command = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined;
  const program = new Command("beamstack-iac")
    .description("Beamstack as typed infrastructure: one environment file becomes Kubernetes objects for the whole ML lifecycle")
    .version((require(join(packageRoot(), "package.json")) as { readonly version: string }).version)
    .showHelpAfterError("see --help")
    .exitOverride((error) => {
      if (error.exitCode !== 0 && argv.includes("--json")) sayError(error.message);
      process.exit(error.exitCode === 0 ? 0 : CONFIGURATION);
    });
  if (command) program.addCommand(inheritingErrors(command.load(), program));
  else for (const [name, { summary, hidden }] of Object.entries(COMMANDS)) program.command(name, { hidden }).description(summary);
  return program.parseAsync(argv, { from: "user" });
}

/** On one line for commands that print a stream of documents, else one indented document. */
function sayError(message: string): void {
  const { jsonLine } = require("./progress/view") as typeof import("./progress/view");
  process.stdout.write(jsonLine("Error", { exitCode: CONFIGURATION, message }));
}

/** Every command, loaded: what the generated text of the command line is made from. */
export function commandLine(): Command {
  const program = new Command("beamstack-iac");
  for (const { load } of Object.values(COMMANDS)) program.addCommand(load());
  return program;
}

function inheritingErrors(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const part of command.commands) inheritingErrors(part, command);
  return command;
}
