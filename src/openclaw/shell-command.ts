import { addEmbeddedCommands, type CommandKind } from "../cli/embedded-commands.ts";
import type { ExitCode } from "../cli/exit-code.ts";
import { type Io, processIo } from "../cli/io.ts";
import type { Place } from "../cli/place.ts";
import { reportError } from "../cli/report-error.ts";
import { ClawflowError } from "../protocol/errors.ts";
import { START_GATEWAY } from "./command-permissions.ts";
import { commandPlace } from "./command-place.ts";
import type { ShellContext, ShellDescriptor } from "./command-types.ts";
import { addSetup } from "./setup/add-setup.ts";
import type { OpenClawConfig, PluginRuntime } from "./types.ts";

export const SHELL_COMMAND = {
  name: "clawflow",
  description:
    "The jobs of a team of agents: set up, status, why, approve and the other commands of clawflow",
  hasSubcommands: true,
} as const;

export const SHELL_DESCRIPTOR: ShellDescriptor = {
  ...SHELL_COMMAND,
  machineOutput: ({ argv }) => argv.includes("--json"),
};

/** `openclaw clawflow …`: it works on the files, whether or not a gateway runs. */
export function addShellCommand(runtime: PluginRuntime, { program, config }: ShellContext): void {
  const io = shellIo(runtime, config);
  const done = (code: ExitCode) => {
    process.exitCode = code;
  };
  const clawflow = program.command(SHELL_COMMAND.name).description(SHELL_COMMAND.description);
  const kinds: Map<string, CommandKind> = addEmbeddedCommands(clawflow, io, done);
  addSetup(clawflow, io, runtime, done);
  clawflow.hook("preAction", (_, command) => {
    if (kinds.get(command.name()) === "look") return;
    try {
      refuseToAgents(io, command.name());
    } catch (error) {
      process.exit(reportError(io, error, command.opts().json === true));
    }
  });
}

/** @throws E_NOT_YOURS in a shell that OpenClaw gave to an agent: what is a person's to decide is not the agent's */
export function refuseToAgents({ env }: Pick<Io, "env">, command: string): void {
  if (env.OPENCLAW_SHELL !== "exec") return;
  throw new ClawflowError("E_NOT_YOURS", `${command} is a person's to do, not an agent's`, {
    found: "OPENCLAW_SHELL=exec",
    hint: "Use the tools clawflow_start and clawflow_control.",
  });
}

function shellIo(runtime: PluginRuntime, config: OpenClawConfig): Io {
  let place: Place | undefined;
  return {
    ...processIo(),
    embedded: {
      program: "openclaw clawflow",
      start: START_GATEWAY,
      files: true,
      // Help needs no agents, and a configuration of ours that cannot be read can still be set up.
      get place() {
        place ??= commandPlace(runtime, config);
        return place;
      },
    },
  };
}
