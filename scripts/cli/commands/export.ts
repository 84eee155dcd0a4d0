/** `latchkey export`: everything that can be kept or moved, checked while it comes. */
import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, Option } from 'commander'
import { readExport } from '../moving/export-file.ts'
import { note } from '../output.ts'
import { optionsOf, signedIn } from '../shared.ts'

export function exportCommand(): Command {
  return new Command('export')
    .description('Write profiles, keys and agents as NDJSON, without codes; or keys or agents as CSV')
    .addOption(new Option('--csv <records>', 'these alone, as CSV').choices(['keys', 'agents']))
    .option(
      '--out <file>',
      'to a file of yours alone, which is there once it is whole; absent: standard output',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  latchkey export --out latchkey.ndjson\n  latchkey export --csv agents',
    )
    .action(async (_, command: Command) => {
      const { csv, out } = optionsOf<{ csv?: 'keys' | 'agents'; out?: string }>(command)
      const api = signedIn(command)
      const chunks = csv ? api.stream(`/v1/export/${csv}.csv`) : checked(api.stream('/v1/export'))
      await (out === undefined
        ? pipeline(Readable.from(chunks), process.stdout, { end: false })
        : toFile(out, chunks))
      if (out !== undefined) note(`written to ${out}`)
    })
}

/** The end is passed on once it was found to be right: what broke off has none. */
async function* checked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const { bytes } of readExport(chunks, { isEdited: false })) yield Buffer.concat([bytes, NEWLINE])
}

const NEWLINE = Buffer.from('\n')

async function toFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = `${path}.${process.pid}.part`
  try {
    await pipeline(Readable.from(chunks), createWriteStream(draft, { mode: 0o600, flags: 'wx', flush: true }))
    renameSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
}
