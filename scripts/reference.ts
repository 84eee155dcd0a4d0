import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { latchkeyCommand } from './cli/program.ts'
import { commandReference } from './cli/reference.ts'
import { command } from './lib/cli/command.ts'

const HELP = `Writes the pages of docs/reference that are made from the code.

  npm run reference`

await command({ help: HELP }, () => {
  writeFileSync(join(import.meta.dirname, '../docs/reference/cli.md'), commandReference(latchkeyCommand()))
})
