/** An export as NDJSON: a head, each record on a line of its own, and an end that has the counts and a digest. */
import { toHex, utf8 } from '../../../core/kernel/encoding.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'

export type Table = {
  /** `type` of its lines, and what `counts` calls them. */
  readonly type: string
  readonly plural: string
  /** Formatted, slice after slice. */
  readonly slices: AsyncIterable<readonly object[]>
}

/**
 * The last line has the SHA-256 of all bytes before it, in hexadecimal: of the same records it is the same. An export without
 * that line broke off.
 * @param head what the first line says beside its type
 * @param end what the last line says beside its type, counts and digest
 */
export async function* ndjsonOf(
  head: JsonObject,
  tables: readonly Table[],
  end: JsonObject,
): AsyncGenerator<string> {
  const digest = new crypto.DigestStream('SHA-256')
  const writer = digest.getWriter()
  const counts: Record<string, number> = {}
  async function digested(text: string): Promise<string> {
    await writer.write(utf8(text))
    return text
  }
  yield await digested(line('export', head))
  for (const { type, plural, slices } of tables) {
    counts[plural] = 0
    for await (const rows of slices) {
      counts[plural] += rows.length
      yield await digested(rows.map((row) => line(type, row)).join(''))
    }
  }
  await writer.close()
  const sha256 = toHex(new Uint8Array(await digest.digest))
  yield line('end', { counts, ...end, sha256 })
}

function line(type: string, members: object): string {
  return `${JSON.stringify({ type, ...members })}\n`
}
