/** What a server answered, as an example that is the same in every run. */
import type { Json } from './native-client.ts'

const PEM = (label: string) => `-----BEGIN ${label}-----\nbase64-of-the-example\n-----END ${label}-----\n`
/** Members whose value is a secret, or differs from run to run. */
const MASKED: Readonly<Record<string, string>> = {
  code: `lk_${'A'.repeat(54)}`,
  csr: PEM('CERTIFICATE REQUEST'),
  certificate: PEM('CERTIFICATE'),
  chain: PEM('CERTIFICATE'),
  serial: '01'.repeat(17),
  secret: 'secret-of-the-example',
  client_secret: 'secret-of-the-example',
  password: 'password-of-the-example',
  access_token: 'eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl',
  token: 'token-of-the-example',
  refresh_token: 'refresh-token-of-the-example',
  auth_username: 'api_10123456789abcdef',
  customer_id: '100000000000000001',
  organisation_key: 'f'.repeat(40),
  comparison_code: 'ABCD-EFGH',
  x: 'base64url-of-the-example',
  y: 'base64url-of-the-example',
  next_cursor: 'cursor-of-the-example',
  follow_cursor: 'cursor-of-the-example',
  initial_password: 'password-of-the-example',
  new_password: 'password-of-the-example',
}
/** A code of a problem, and how a user's password came to be. */
function isPlain(name: string, value: string): boolean {
  if (name === 'code') return !value.startsWith('lk_')
  return name === 'password' && ['none', 'initial', 'own'].includes(value)
}

/** Of Illumio: the id of an API key; an activation code, or a token. */
const KEY_ID = /\b1[0-9a-f]{16}\b/g
const LONG_HEX = /\b[0-9a-f]{40,}\b/g

const TIME = '2026-07-01T08:00:00.000Z'

/** What differs from one run to the next. */
const NUMBERS: Readonly<Record<string, number>> = { database_bytes: 1_048_576 }

/** Replaces what differs from run to run; the same value gets the same replacement all along. */
export function createMask() {
  const known = new Map<string, string>()
  const replaced = (value: string, made: (n: number) => string) => {
    const found = known.get(value) ?? made(known.size + 1)
    known.set(value, found)
    return found
  }
  const text = (value: string): string =>
    value
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => (/^(2100|2020)/.test(time) ? time : TIME))
      .replaceAll(/\b(prf|key|slt|apr|apk)_\d[0-9A-Za-z_.-]*/g, (id, kind) =>
        replaced(id, (n) => `${kind}_${1_000_000 + n}`),
      )
      .replaceAll(/\bapi_1[0-9a-f]{16}\b/g, (id) =>
        replaced(id, (n) => `api_1${n.toString(16).padStart(16, '0')}`),
      )
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '2026-07-01 08:00:00 UTC')
      .replaceAll(KEY_ID, (id) => replaced(id, (n) => `1${n.toString(16).padStart(16, '0')}`))
      .replaceAll(LONG_HEX, (hex) => `1${'a'.repeat(hex.length - 1)}`)
      .replaceAll(/\b[0-9a-f]{32}\b/g, (id) => replaced(id, (n) => n.toString(16).padStart(32, '0')))
      .replaceAll(/\b[\w.+-]+@(?!example\.com)[\w.-]*\.example\b/g, (email) =>
        replaced(email, (n) => `person-${n}@mail.example`),
      )
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) =>
        replaced(id, (n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`),
      )
  return function mask(value: Json, name = ''): Json {
    if (typeof value === 'string') return isPlain(name, value) ? value : (MASKED[name] ?? text(value))
    if (typeof value === 'number')
      return /^(id|issuer_id|organization_id|org_id|iat|exp)$/.test(name)
        ? 1
        : (NUMBERS[name] ?? (name === 'oldest_outbox_seconds' ? null : value))
    if (Array.isArray(value)) return value.map((one) => mask(one, name))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([member, one]) => [member, mask(one, member)]))
  }
}
