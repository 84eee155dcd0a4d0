/**
 * The search language (docs/dialects/zpa.md#search), by a hand scanner: no input throws, and no pattern is built from one.
 *
 *   search = "" | clause *( SEP "AND" SEP clause ) | free text        clause = field SEP operator SEP value
 *   SEP    = 1*( SP / "+" )                                           value  = text | '"' text with "" for " '"'
 *
 * A value may contain AND: it ends only before an AND that a clause follows.
 */
const MAX_SEARCH_CHARACTERS = 1_024
const MAX_CLAUSES = 16

export const OPERATORS = ['EQ', 'NE', 'GT', 'GE', 'LT', 'LE', 'CONTAINS', 'STARTSWITH', 'ENDSWITH'] as const
export type Operator = (typeof OPERATORS)[number]

export type Clause = { readonly field: string; readonly operator: Operator; readonly value: string }

export type Search =
  | { readonly kind: 'all' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'clauses'; readonly clauses: readonly Clause[] }

const SYNONYMS: Readonly<Record<string, Operator>> = { LIKE: 'CONTAINS', GTEQ: 'GE', LTEQ: 'LE' }

/** null: longer than any search may be. */
export function parseSearch(text: string): Search | null {
  if (text.length > MAX_SEARCH_CHARACTERS) return null
  const free = text.trim()
  const clauses = parseClauses(free, skipSeparators(free, 0))
  if (clauses !== null) return clauses.length > MAX_CLAUSES ? null : { kind: 'clauses', clauses }
  return free === '' ? { kind: 'all' } : { kind: 'text', text: free }
}

/** In its one canonical form, which is parsed to the same search. */
export function printSearch(search: Search): string {
  switch (search.kind) {
    case 'all':
      return ''
    case 'text':
      return search.text
    case 'clauses':
      return search.clauses
        .map(({ field, operator, value }) => `${field} ${operator} ${printValue(value)}`)
        .join(' AND ')
  }
}

type Head = { readonly field: string; readonly operator: Operator; readonly next: number }

/** null: no clause begins there. */
function parseClauses(text: string, start: number): Clause[] | null {
  const clauses: Clause[] = []
  let head = parseHead(text, start)
  while (head) {
    const { value, next } = parseQuoted(text, head.next) ?? parsePlain(text, head.next)
    if (value === null) return null
    clauses.push({ field: head.field, operator: head.operator, value })
    if (next === null) return clauses
    head = parseHead(text, next)
  }
  return null
}

/** `next` is where the clause after an AND begins; null: there is none. */
type Value = { readonly value: string | null; readonly next: number | null }

/** A value in quotes that ends its clause; anything else that begins with a quote is a plain one. */
function parseQuoted(text: string, start: number): Value | null {
  if (text[start] !== '"') return null
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== '"') {
      value += text[at]
    } else if (text[at + 1] === '"') {
      value += '"'
      at++
    } else {
      if (text.slice(at + 1).trim() === '') return { value: value.trim(), next: null }
      const next = skipAnd(text, at + 1)
      return next !== null && parseHead(text, next) ? { value: value.trim(), next } : null
    }
  }
  return null
}

function parsePlain(text: string, start: number): Value {
  for (let at = start; at < text.length; at++) {
    const next = isSeparator(text[at]) && !isSeparator(text[at - 1]) ? skipAnd(text, at) : null
    if (next !== null && parseHead(text, next)) return { value: plain(text.slice(start, at)), next }
  }
  return { value: plain(text.slice(start)), next: null }
}

/** Surrounding quotes are no part of a value, also where they enclose further ones. null: there is no value. */
function plain(raw: string): string | null {
  const value = raw.trim()
  const isQuoted = value.length > 2 && value.startsWith('"') && value.endsWith('"')
  const bare = isQuoted ? value.slice(1, -1).trim() : value
  return bare === '' ? null : bare
}

function printValue(value: string): string {
  const isPlain = value !== '' && !/["+]|AND/.test(value)
  return isPlain ? value : `"${value.replaceAll('"', '""')}"`
}

function parseHead(text: string, start: number): Head | null {
  const fieldEnd = skipWord(text, start)
  if (fieldEnd === start || !isLetter(text[start])) return null
  const operatorStart = skipSeparators(text, fieldEnd)
  if (operatorStart === fieldEnd) return null
  const operatorEnd = skipWord(text, operatorStart)
  const operator = operatorOf(text.slice(operatorStart, operatorEnd))
  const next = skipSeparators(text, operatorEnd)
  if (!operator || next === operatorEnd || next >= text.length) return null
  return { field: text.slice(start, fieldEnd), operator, next }
}

function operatorOf(word: string): Operator | null {
  const name = word.toUpperCase()
  const known = OPERATORS.find((operator) => operator === name)
  return known ?? (Object.hasOwn(SYNONYMS, name) ? (SYNONYMS[name] ?? null) : null)
}

/** The place behind `SEP AND SEP`, or null when that does not stand there. */
function skipAnd(text: string, start: number): number | null {
  const word = skipSeparators(text, start)
  if (word === start || !text.startsWith('AND', word)) return null
  const next = skipSeparators(text, word + 3)
  return next === word + 3 ? null : next
}

function skipSeparators(text: string, start: number): number {
  let at = start
  while (isSeparator(text[at])) at++
  return at
}

function skipWord(text: string, start: number): number {
  let at = start
  while (isLetter(text[at]) || /^[0-9_.]$/.test(text[at] ?? '')) at++
  return at
}

function isSeparator(character: string | undefined): boolean {
  return character === ' ' || character === '+'
}

function isLetter(character: string | undefined): boolean {
  return /^[A-Za-z]$/.test(character ?? '')
}
