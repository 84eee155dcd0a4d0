/** An export as it is read again: line after line, whole, and as the server wrote it. */
import { createHash } from 'node:crypto'
import { Refusal } from '../../lib/cli/refusal.ts'
import type { Json } from '../../lib/http/answer.ts'

const VERSION = 1
const NEWLINE = 0x0a
/** Of a line: the largest record, with all facts, has a tenth of it. */
const MAX_LINE_BYTES = 1024 * 1024

export type Line = { readonly bytes: Buffer; readonly record: Json }

/**
 * The lines of an export, of which no more than one is in memory. It throws when the export broke off, or is not what its own
 * end says.
 * @param isEdited it was changed since it was exported: counts and digest are not compared, and an end is not needed
 */
export async function* readExport(
  chunks: AsyncIterable<Uint8Array>,
  { isEdited }: { readonly isEdited: boolean },
): AsyncGenerator<Line> {
  const hash = createHash('sha256')
  const counts: Record<string, number> = { profile: 0, key: 0, agent: 0 }
  let number = 0
  let hasEnded = false
  for await (const bytes of linesOf(chunks)) {
    number += 1
    const record = parse(bytes, number)
    if (hasEnded) throw new Refusal(`line ${number} is behind the end of the export`)
    if (number === 1) checkHead(record)
    if (record.type === 'end') {
      hasEnded = true
      if (!isEdited) checkEnd(record, counts, hash.digest('hex'))
    } else {
      counts[record.type] = (counts[record.type] ?? 0) + 1
      hash.update(bytes).update('\n')
    }
    yield { bytes, record }
  }
  if (number === 0) throw new Refusal('the export is empty')
  if (!hasEnded && !isEdited) throw new Refusal('the export broke off: its last line is missing')
}

function checkHead({ type, version }: Json): void {
  if (type !== 'export') throw new Refusal('this is no export of Latchkey: its first line says what it is')
  if (version !== VERSION) throw new Refusal(`the export has version ${version}: use a newer latchkey`)
}

function checkEnd({ counts, sha256 }: Json, read: Readonly<Record<string, number>>, digest: string): void {
  const isWhole =
    counts?.profiles === read.profile && counts?.keys === read.key && counts?.agents === read.agent
  if (isWhole && sha256 === digest) return
  throw new Refusal('the export is not as it was written: its digest or its counts differ (--edited: it may)')
}

function parse(bytes: Buffer, number: number): Json {
  try {
    const record = JSON.parse(bytes.toString('utf8'))
    if (typeof record === 'object' && record !== null) return record
  } catch {
    // Said below.
  }
  throw new Refusal(`line ${number} of the export is not a JSON object`)
}

/** Not by `readline`, which also ends lines at characters that JSON has within texts. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    let bytes = Buffer.concat([rest, chunk])
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
      yield bytes.subarray(0, end)
      bytes = bytes.subarray(end + 1)
    }
    if (bytes.length > MAX_LINE_BYTES) throw new Refusal('this is no export of Latchkey: a line is too long')
    rest = bytes
  }
  if (rest.length > 0) yield rest
}
