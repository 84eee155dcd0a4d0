/** The command `latchkey`, whole. */
import { Command } from 'commander'
import { agentsCommand } from './commands/agents.ts'
import { applyCommand } from './commands/apply.ts'
import { approvalsCommand } from './commands/approvals.ts'
import { completionCommand } from './commands/completion.ts'
import { eventsCommand } from './commands/events.ts'
import { execCommand } from './commands/exec.ts'
import { exportCommand } from './commands/export.ts'
import { initCommand } from './commands/init.ts'
import { keysCommand } from './commands/keys.ts'
import { listenCommand } from './commands/listen.ts'
import { certificateCommand, enrollCommand, tokenCommand } from './commands/machine.ts'
import { profilesCommand } from './commands/profiles.ts'
import { adminCommand, apiCommand, startCommand, statusCommand, verifyCommand } from './commands/service.ts'
import { contextCommand, loginCommand, logoutCommand, whoamiCommand } from './commands/session.ts'
import { slotsCommand } from './commands/slots.ts'
import { webhooksCommand } from './commands/webhooks.ts'

/** It throws a CommanderError instead of ending the process. */
export function latchkeyCommand(): Command {
  const program = new Command('latchkey')
    .description(
      'Enrollment keys: make a key, redeem it exactly as often as it allows, know every agent it made',
    )
    .option('--context <name>', 'which of the servers that you are signed in to')
    .option('--json', 'print what the API answers')
    .option('--field <name>', 'print one field of it, such as code')
    .option('-q, --quiet', 'print ids only, or the code of a new key')
    .option('--no-input', 'never ask on the terminal')
    .configureHelp({ sortSubcommands: true })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 usage, 3 refused, 4 not signed in, 5 unreachable',
    )

  for (const command of [
    startCommand(),
    initCommand(),
    statusCommand(),
    loginCommand(),
    logoutCommand(),
    whoamiCommand(),
    contextCommand(),
    profilesCommand(),
    keysCommand(),
    agentsCommand(),
    approvalsCommand(),
    slotsCommand(),
    eventsCommand(),
    webhooksCommand(),
    listenCommand(),
    exportCommand(),
    applyCommand(),
    enrollCommand(),
    tokenCommand(),
    certificateCommand(),
    verifyCommand(),
    execCommand(),
    apiCommand(),
    adminCommand(),
  ]) {
    program.addCommand(command)
  }
  program.addCommand(completionCommand(program))
  overrideExits(program)
  return program
}

function overrideExits(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) overrideExits(child)
}
