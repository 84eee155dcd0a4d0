/** Files that pages name: served by the hash of their content, so that browsers keep them for good. */
import htmx from 'htmx.org/dist/htmx.min.js'
import own from './console.client.js'
import css from './console.css'

export type Asset = { readonly type: string; readonly text: string }

const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="none" stroke="#0e8f79" stroke-width="2"><circle cx="6" cy="4" r="3"/><path d="M6 7v8M6 14h8M6 10h4"/></g></svg>'

const FILES = {
  'console.css': { type: 'text/css; charset=utf-8', text: css },
  'console.js': { type: 'text/javascript; charset=utf-8', text: `${htmx}\n${own}` },
  'favicon.svg': { type: 'image/svg+xml', text: FAVICON },
} as const satisfies Readonly<Record<string, Asset>>

const NAMES = Object.fromEntries(
  Object.entries(FILES).map(([name, { text }]) => [name, hashed(name, text)]),
) as Readonly<Record<keyof typeof FILES, string>>

const BY_HASHED_NAME: Readonly<Record<string, Asset>> = Object.fromEntries(
  Object.entries(FILES).map(([name, file]) => [NAMES[name as keyof typeof FILES], file]),
)

/** Where a file stands, for the pages. */
export function asset(name: keyof typeof FILES): string {
  return `/console/assets/${NAMES[name]}`
}

/** Finds a file by its name with the hash; null when no file has that name and content. */
export function findAsset(name: string): Asset | null {
  return Object.hasOwn(BY_HASHED_NAME, name) ? (BY_HASHED_NAME[name] ?? null) : null
}

function hashed(name: string, text: string): string {
  return name.replace(/\.(\w+)$/, `.${digest(text)}.$1`)
}

/** Two FNV-1a sums of 32 bits (IETF draft-eastlake-fnv): tells contents apart, and protects nothing. */
function digest(text: string): string {
  let one = 0x811c9dc5
  let other = 0x050c5d1f
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, 0x01000193)
    other = Math.imul(other ^ (code + at), 0x01000193)
  }
  return [one, other].map((sum) => (sum >>> 0).toString(16).padStart(8, '0')).join('')
}
