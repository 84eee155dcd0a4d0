import { CommanderError } from 'commander'
import { LatchkeyError } from '../client/index.ts'
import { refusalBy } from './cli/api.ts'
import { latchkeyCommand } from './cli/program.ts'
import { exitBecause } from './lib/cli/refusal.ts'

// Who reads no further, such as `head`, has seen enough.
process.stdout.on('error', () => process.exit())

try {
  await latchkeyCommand().parseAsync()
} catch (error) {
  // Commander has said what was wrong.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2)
  exitBecause(error instanceof LatchkeyError ? refusalBy(error) : error)
}
