/** LZF as the Java and C SDKs compress: chunks that begin with `ZV`, each of up to 65,535 bytes. Greedy, for tests. */
const CHUNK = 0xffff
const MAX_OFFSET = 1 << 13
const MAX_LENGTH = 264

export function compressLzf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out: number[] = []
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const chunk = bytes.subarray(at, at + CHUNK)
    const packed = pack(chunk)
    if (packed.length + 2 < chunk.length) {
      out.push(0x5a, 0x56, 1, ...u16(packed.length), ...u16(chunk.length), ...packed)
    } else out.push(0x5a, 0x56, 0, ...u16(chunk.length), ...chunk)
  }
  return Uint8Array.from(out)
}

function u16(n: number): [number, number] {
  return [n >> 8, n & 0xff]
}

function pack(bytes: Uint8Array): number[] {
  const out: number[] = []
  const seen = new Map<string, number>()
  let literals: number[] = []
  const flush = () => {
    for (let i = 0; i < literals.length; i += 32) {
      const run = literals.slice(i, i + 32)
      out.push(run.length - 1, ...run)
    }
    literals = []
  }
  for (let at = 0; at < bytes.length; ) {
    const name = String(bytes.subarray(at, at + 3))
    const from = seen.get(name)
    seen.set(name, at)
    if (from === undefined || at - from > MAX_OFFSET || at + 3 > bytes.length) {
      literals.push(bytes[at++] ?? 0)
      continue
    }
    let length = 3
    while (length < MAX_LENGTH && at + length < bytes.length && bytes[from + length] === bytes[at + length])
      length++
    flush()
    const offset = at - from - 1
    if (length - 2 < 7) out.push(((length - 2) << 5) | (offset >> 8), offset & 0xff)
    else out.push((7 << 5) | (offset >> 8), length - 2 - 7, offset & 0xff)
    at += length
  }
  flush()
  return out
}
