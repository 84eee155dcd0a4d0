/** What a device signed, as far as its body tells (docs/dialects/datonis.md#latin-1-bodies). Pure. */
import { utf8 } from '../../../core/kernel/encoding.ts'

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
