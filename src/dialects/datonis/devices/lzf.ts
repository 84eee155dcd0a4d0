/**
 * LZF in chunks, as the Java and C SDKs compress (docs/dialects/datonis.md#compressed-bodies). A chunk is `ZV`, a type
 * and lengths of two bytes: 0 is stored, 1 is compressed. Pure.
 */
const STORED = 0
const COMPRESSED = 1

/** @returns null when it is no LZF, or would have more than `most` bytes */
export function decompressLzf(bytes: Uint8Array, most: number): Uint8Array<ArrayBuffer> | null {
  const chunks = readChunks(bytes)
  if (!chunks) return null
  const size = chunks.reduce((sum, chunk) => sum + chunk.size, 0)
  if (size > most) return null
  const out = new Uint8Array(size)
  let at = 0
  for (const { isStored, data, size: length } of chunks) {
    const target = out.subarray(at, at + length)
    if (isStored) target.set(data)
    else if (!expand(data, target)) return null
    at += length
  }
  return out
}

type Chunk = { readonly isStored: boolean; readonly data: Uint8Array; readonly size: number }

function readChunks(bytes: Uint8Array): readonly Chunk[] | null {
  const chunks: Chunk[] = []
  for (let at = 0; at < bytes.length; ) {
    const [z, v, type, ...head] = bytes.subarray(at, at + 7)
    if (z !== 0x5a || v !== 0x56 || (type !== STORED && type !== COMPRESSED)) return null
    const isStored = type === STORED
    if (head.length < (isStored ? 2 : 4)) return null
    const [a = 0, b = 0, c = 0, d = 0] = head
    const start = at + (isStored ? 5 : 7)
    const end = start + ((a << 8) | b)
    if (end > bytes.length) return null
    chunks.push({ isStored, data: bytes.subarray(start, end), size: isStored ? end - start : (c << 8) | d })
    at = end
  }
  return chunks
}

/** Whether the data fill the target exactly. A control byte below 32 begins literals, any other refers back. */
function expand(data: Uint8Array, target: Uint8Array): boolean {
  let from = 0
  let to = 0
  while (from < data.length) {
    const control = data[from++] ?? 0
    if (control < 32) {
      const length = control + 1
      if (from + length > data.length || to + length > target.length) return false
      target.set(data.subarray(from, from + length), to)
      from += length
      to += length
      continue
    }
    const isLong = control >> 5 === 7
    if (from + (isLong ? 2 : 1) > data.length) return false
    const length = (control >> 5) + 2 + (isLong ? (data[from++] ?? 0) : 0)
    const source = to - (((control & 31) << 8) | (data[from++] ?? 0)) - 1
    if (source < 0 || to + length > target.length) return false
    // Byte by byte: what is copied may be what this copy writes.
    for (let i = 0; i < length; i++) target[to++] = target[source + i] ?? 0
  }
  return to === target.length
}
