/** Texts that are cheap to send and may be dear to read. Pure. */

const KIBIBYTE = 1_024
export const SMALL_FORM_BYTES = 78 * KIBIBYTE
export const LARGEST_BODY_BYTES = 1_024 * KIBIBYTE
/** workerd refuses a request whose head is longer than about 64 KiB. */
export const LONGEST_QUERY = 60_000

/** One repeated member, many members of one name, many names, one long list and one long value. */
export function hostileForms(bytes: number): readonly string[] {
  return [
    filled(bytes, () => 'a[x]=&'),
    filled(bytes, (i) => `a[x${i.toString(36)}]=&`),
    filled(bytes, (i) => `a${i.toString(36)}=&`),
    filled(bytes, () => 'a[]=1&'),
    `a=${'%C3%A4'.repeat((bytes - 2) / 6)}`,
  ]
}

/** Depth, breadth, and a text of escapes. */
export function hostileJson(bytes: number): readonly string[] {
  return [
    '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
    `${'{"a":'.repeat((bytes - 1) / 6)}1${'}'.repeat((bytes - 1) / 6)}`,
    `{${filled(bytes - 8, (i) => `"a${i.toString(36)}":0,`)}"a":0}`,
    `[${'0,'.repeat(bytes / 2 - 2)}0]`,
    `{"a":"${'\\u0000'.repeat((bytes - 8) / 6)}"}`,
  ]
}

function filled(bytes: number, part: (i: number) => string): string {
  const parts: string[] = []
  let length = 0
  for (let i = 0; length < bytes - 16; i++) {
    const next = part(i)
    parts.push(next)
    length += next.length
  }
  return parts.join('')
}
