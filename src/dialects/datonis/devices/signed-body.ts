/** What a device signed, as far as its body tells (docs/dialects/datonis.md#latin-1-bodies). Pure. */
import { utf8 } from '../../../core/kernel/encoding.ts'
import { type Outcome, ok, refuse } from '../../../core/kernel/outcome.ts'
import { MAX_BODY_BYTES } from '../../../http/body.ts'
import { UNREADABLE_LZF, UNSUPPORTED_COMPRESSION } from '../edge/refusal.ts'
import { decompressLzf } from './lzf.ts'

/**
 * What a device signed of a body: the text before it was compressed (docs/dialects/datonis.md#compressed-bodies).
 * @param compression of the header `X-Compressed`; null: there is none
 */
export function plainBody(body: Uint8Array, compression: string | null): Outcome<Uint8Array> {
  if (compression === null) return ok(body)
  if (!/^\s*lzf\s*$/i.test(compression)) return refuse(UNSUPPORTED_COMPRESSION)
  const plain = decompressLzf(body, MAX_BODY_BYTES)
  return plain ? ok(plain) : refuse(UNREADABLE_LZF)
}

/**
 * The byte sequences of which one may be what was signed: the body as it came; and, where that was declared as
 * Latin-1 and is not ASCII, the same text in UTF-8, since the Java SDK signs the one and sends the other.
 */
export function signedForms(
  body: Uint8Array,
  contentType: string | null,
): readonly Uint8Array<ArrayBuffer>[] {
  const raw = new Uint8Array(body)
  const isLatin = /;\s*charset="?iso-8859-1"?\s*(;|$)/i.test(contentType ?? '')
  if (!isLatin || raw.every((byte) => byte < 0x80)) return [raw]
  // Not TextDecoder('iso-8859-1'): that is windows-1252, whose bytes 0x80 to 0x9f are other characters.
  let text = ''
  for (const byte of raw) text += String.fromCharCode(byte)
  return [raw, utf8(text)]
}
