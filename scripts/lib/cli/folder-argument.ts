import { parseArgs } from 'node:util'
import { Refusal } from './refusal.ts'

/** The one folder that the command line names; null: only help was asked for. */
export function readFolder(): string | null {
  const { values, positionals } = parse()
  if (values.help) return null
  const [folder, ...rest] = positionals
  if (folder === undefined || rest.length > 0) throw new Refusal('name one folder (--help tells more)', 2)
  return folder
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h', default: false } },
    })
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error} (--help tells more)`, 2)
  }
}
