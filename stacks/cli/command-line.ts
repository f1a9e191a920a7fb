/** The command line: loads the one command that is asked for, and no other; help loads none. */

import { join } from "node:path";
import { Command } from "commander";
import { packageRoot } from "../local/files";

interface Lazy {
  readonly summary: string;
  readonly load: () => Command;
}

/** Every command. Its own file has its arguments and options. */
const COMMANDS: Readonly<Record<string, Lazy>> = {
  up: {
    summary: "bring an environment up, or up to date",
    load: () => (require("./commands/up") as typeof import("./commands/up")).upCommand(),
  },
  preview: {
    summary: "show what up would change; works without a cluster",
    load: () => (require("./commands/preview") as typeof import("./commands/preview")).previewCommand(),
  },
  refresh: {
    summary: "read the cluster and show what was changed by hand",
    load: () => (require("./commands/refresh") as typeof import("./commands/refresh")).refreshCommand(),
  },
  destroy: {
    summary: "remove everything an environment made, but what holds data or definitions",
    load: () => (require("./commands/destroy") as typeof import("./commands/destroy")).destroyCommand(),
  },
  outputs: {
    summary: "show what an environment tells of itself",
    load: () => (require("./commands/outputs") as typeof import("./commands/outputs")).outputsCommand(),
  },
  synth: {
    summary: "write the files of an environment for GitOps; needs no cluster",
    load: () => (require("./commands/synth") as typeof import("./commands/synth")).synthCommand(),
  },
  validate: {
    summary: "show everything that is wrong with an environment",
    load: () => (require("./commands/validate") as typeof import("./commands/validate")).validateCommand(),
  },
  diff: {
    summary: "show what differs between two environments",
    load: () => (require("./commands/diff") as typeof import("./commands/diff")).diffCommand(),
  },
  status: {
    summary: "show live health by stage of the lifecycle",
    load: () => (require("./commands/status") as typeof import("./commands/status")).statusCommand(),
  },
  inventory: {
    summary: "list everything an environment owns on its cluster",
    load: () => (require("./commands/inventory") as typeof import("./commands/inventory")).inventoryCommand(),
  },
  doctor: {
    summary: "find what a run would stumble over",
    load: () => (require("./commands/doctor") as typeof import("./commands/doctor")).doctorCommand(),
  },
  pipeline: {
    summary: "render a Beam YAML file, or run it on this machine",
    load: () => (require("./commands/pipeline") as typeof import("./commands/pipeline")).pipelineCommand(),
  },
  init: {
    summary: "make a repository of your own: one environment, its Pulumi project, CI for GitOps",
    load: () => (require("./commands/init") as typeof import("./commands/init")).initCommand(),
  },
  local: {
    summary: "start, stop and look at the embedded control plane",
    load: () => (require("./commands/local") as typeof import("./commands/local")).localCommand(),
  },
};

/** Pulumi's code for a malformed command line. */
const CONFIGURATION = 2;

/** Runs the command that these words ask for. */
export function runCommandLine(words: readonly string[]): Promise<unknown> {
  // Each command knows its own arguments and options, and only the one that is asked for is loaded.
  const argv = words[0] === "help" ? [...words.slice(1), "--help"] : words;
  const [asked] = argv;
  const command = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined;
  const program = new Command("beamstack-iac")
    .description("Beamstack as typed infrastructure: one environment file becomes Kubernetes objects for the whole ML lifecycle")
    .version((require(join(packageRoot(), "package.json")) as { readonly version: string }).version)
    .showHelpAfterError("give --help for what is allowed")
    .exitOverride((error) => {
      if (error.exitCode !== 0 && argv.includes("--json")) sayError(error.message);
      process.exit(error.exitCode === 0 ? 0 : CONFIGURATION);
    });
  if (command) program.addCommand(inheritingErrors(command.load(), program));
  else for (const [name, { summary }] of Object.entries(COMMANDS)) program.command(name).description(summary);
  return program.parseAsync(argv, { from: "user" });
}

/** On one line: a document for a command that prints one, and for one that prints a document a line. */
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
