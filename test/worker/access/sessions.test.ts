/** Users, their passwords and their sessions, through the core and over the real stores. */
import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createFailureGuard } from '../../../src/core/access/limits/failure-guard.ts'
import { MAX_SESSIONS } from '../../../src/core/access/sessions/open.ts'
import type { SessionPolicy } from '../../../src/core/access/sessions/policy.ts'
import { userEvent } from '../../../src/core/access/users/event.ts'
import type { User } from '../../../src/core/access/users/port.ts'
import { createCore } from '../../../src/core/core.ts'
import { toBase64Url, toHex } from '../../../src/core/kernel/encoding.ts'
import type { Fault, Outcome } from '../../../src/core/kernel/outcome.ts'
import { composedPorts } from '../../support/composed.ts'
import { eventsOf, makeOwner } from '../../support/organization.ts'

const POLICY: SessionPolicy = {
  sort: 'test:session',
  idleSeconds: 600,
  lifetimeSeconds: 3_600,
  tokenBytes: 16,
  limit: null,
  isSignIn: true,
}
const ONCE: SessionPolicy = { ...POLICY, sort: 'test:once', idleSeconds: null, lifetimeSeconds: 30 }
const REQUEST = { id: 'r', method: 'POST', path: '/', address: '192.0.2.1' }
const MINUTE = 60_000

let now = Date.now()
let ports: Awaited<ReturnType<typeof composedPorts>>
let core: ReturnType<typeof createCore>
let owner: Awaited<ReturnType<typeof makeOwner>>

beforeAll(async () => {
  ports = await composedPorts({ now: () => now })
  core = createCore(ports.ports)
})
beforeEach(async () => {
  now = Date.now()
  owner = await makeOwner()
})

function must<T>(outcome: Outcome<T, Fault>): T {
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.fault)}`)
  return outcome.value
}
const faultOf = <T>(outcome: Outcome<T, Fault>) => (outcome.ok ? 'none' : outcome.fault.kind)
const signIn = (password = owner.password, email = owner.email) =>
  core.users.authenticateUser({ email, password }, REQUEST)
const newSession = async (policy = POLICY, organization: number | null = null): Promise<Uint8Array> =>
  must(await core.sessions.openSession(policy, must(await signIn()), organization, REQUEST))
const use = async (token: Uint8Array, more: object = {}, policy = POLICY) => {
  const used = await core.sessions.useSession(policy, token, REQUEST, more)
  await ports.settled()
  return used
}

test('a user has 100 sessions of a sort: one more ends the one that was not used for longest', async () => {
  const user = must(await signIn())
  const open = async (policy = POLICY) => must(await core.sessions.openSession(policy, user, null, REQUEST))
  const used = await open()
  const unused = await open()
  const other = await open({ ...POLICY, sort: 'test:other' })
  now += 2 * MINUTE
  must(await use(used))
  const more: Uint8Array[] = []
  for (let n = 2; n < MAX_SESSIONS; n++) more.push(await open())
  for (const token of [used, unused, ...more]) must(await use(token, { doesSlide: async () => false }))
  await open()
  expect(faultOf(await use(unused))).toBe('credential_invalid')
  for (const token of [used, ...more]) must(await use(token, { doesSlide: async () => false }))
  must(await use(other, {}, { ...POLICY, sort: 'test:other' }))
  const { results } = await env.DB.prepare(
    'SELECT sort, count(*) AS sessions FROM sessions WHERE user_id = ? GROUP BY 1',
  )
    .bind(user.id)
    .all()
  expect(results).toEqual([
    { sort: 'test:other', sessions: 1 },
    { sort: 'test:session', sessions: MAX_SESSIONS },
  ])
})

describe('passwords', () => {
  test('the right one of an address in any case is the user; any other is refused', async () => {
    expect(must(await signIn(owner.password, owner.email.toUpperCase()))).toMatchObject({
      email: owner.email,
    })
    for (const [password, email] of [
      ['wrong', owner.email],
      ['', owner.email],
      [owner.password.toLowerCase(), owner.email],
      [owner.password, `x${owner.email}`],
      ['x'.repeat(10_000), owner.email],
    ]) {
      expect(faultOf(await signIn(password, email))).toBe('credential_invalid')
    }
  })

  test('of guesses at once, five in a row are tried, and then not even the right one lets in for 15 minutes', async () => {
    const guesses = await Promise.all(Array.from({ length: 12 }, (_, n) => signIn(`guess ${n}`)))
    expect(guesses.map(faultOf)).toEqual(Array(12).fill('credential_invalid'))
    expect(faultOf(await signIn())).toBe('credential_invalid')
    const recorded = (await eventsOf(owner.organization)).filter(({ type }) => /lock|refuse/.test(type))
    expect(recorded.map(({ type }) => type).sort(), 'while it is locked none is recorded').toEqual([
      'user.lock',
      ...Array(4).fill('user.refuse'),
    ])
    expect(JSON.stringify(recorded)).not.toContain('guess')
    now += 15 * MINUTE - 1
    expect(faultOf(await signIn())).toBe('credential_invalid')
    now += 1
    expect(faultOf(await signIn('still wrong'))).toBe('credential_invalid')
    expect(faultOf(await signIn())).toBe('none')
  })

  test('a right one restarts the count', async () => {
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 4; n++) await signIn('wrong')
      expect(faultOf(await signIn())).toBe('none')
    }
  })

  test('an unknown address costs what a known one costs: the same derivation and the same calls', async () => {
    const callsOf = async (email: string) => {
      ports.calls.length = 0
      await signIn('wrong', email)
      return [...ports.calls]
    }
    expect(await callsOf('nobody@nowhere.example')).toEqual(await callsOf(owner.email))
  })

  test('what is stored is no password, and not the same for two who have the same', async () => {
    const other = await makeOwner()
    const stored = async (user: User) =>
      env.DB.prepare('SELECT * FROM users WHERE id = ?').bind(user.id).first<Record<string, unknown>>()
    const first = must(await signIn())
    must(await core.users.changePassword(first, 'Same-Password-1', REQUEST))
    const second = must(await signIn(other.password, other.email))
    must(await core.users.changePassword(second, 'Same-Password-1', REQUEST))
    const [one, two] = [await stored(first), await stored(second)]
    expect(JSON.stringify([one, two])).not.toContain('Same-Password-1')
    expect(one?.password_hash).toMatch(/^[0-9a-f]{64}$/)
    expect(one?.password_hash).not.toBe(two?.password_hash)
  })

  test('a changed password ends every session, and the old one is nothing any more', async () => {
    const token = await newSession()
    const user = must(await signIn())
    must(await core.users.changePassword(user, 'Another-One-77', REQUEST))
    expect(faultOf(await use(token))).toBe('credential_invalid')
    expect(faultOf(await signIn())).toBe('credential_invalid')
    expect(faultOf(await signIn('Another-One-77'))).toBe('none')
  })

  test.each(['Sh0rt!', 'alllowercase', 'NODIGITSHERE', `Xx1-${'y'.repeat(300)}`])(
    'a weak one is refused, and nothing changed: %s',
    async (weak) => {
      const user = must(await signIn())
      expect(faultOf(await core.users.changePassword(user, weak, REQUEST))).toBe('password_weak')
      expect(faultOf(await signIn())).toBe('none')
    },
  )

  test('an address from which too many failed waits a minute, and is answered from memory', async () => {
    let budget = 3
    const limits = { take: async () => budget-- > 0 }
    const guarded = await composedPorts({
      now: () => now,
      limits,
      failures: createFailureGuard(() => now, limits),
    })
    const guardedCore = createCore(guarded.ports)
    const from = (address: string, password: string) =>
      guardedCore.users.authenticateUser({ email: owner.email, password }, { ...REQUEST, address })
    for (let n = 0; n < 4; n++) {
      expect(faultOf(await from('2001:db8::1', 'wrong'))).toBe('credential_invalid')
    }
    guarded.calls.length = 0
    const refused = await from('2001:db8::ffff', owner.password)
    expect(refused).toEqual({ ok: false, fault: { kind: 'rate_limited', retryAfterSeconds: 60 } })
    expect(guarded.calls).toEqual([])
    expect(faultOf(await from('2001:db8:0:1::1', owner.password)), 'another /64').toBe('none')
    now += MINUTE
    expect(faultOf(await from('2001:db8::1', owner.password)), 'a minute later').toBe('none')
  })
})

describe('sessions', () => {
  test('stands for its user, in an organization of theirs, with what they may do there', async () => {
    const actor = must(await use(await newSession()))
    expect(actor).toMatchObject({
      kind: 'user',
      name: owner.email,
      organization: owner.organization,
      roles: ['illumio:owner'],
      by: { kind: 'session' },
    })
    expect(actor.permissions.has('access.write')).toBe(true)
  })

  test('a guessed or tampered token is refused with no store touched, in any place', async () => {
    const token = await newSession()
    ports.calls.length = 0
    for (let at = 0; at < token.length; at++) {
      const tampered = token.slice()
      tampered[at] = (tampered[at] ?? 0) ^ 1
      expect(faultOf(await use(tampered))).toBe('credential_invalid')
    }
    for (const junk of [new Uint8Array(), new Uint8Array(3), new Uint8Array(16), token.slice(1)]) {
      expect(faultOf(await use(junk))).toBe('credential_invalid')
    }
    expect(ports.calls).toEqual([])
    must(await use(token))
    expect(ports.calls).toEqual(['sessions.find'])
  })

  test('one of a sort is none of another', async () => {
    const token = await newSession()
    expect(faultOf(await use(token, {}, { ...POLICY, sort: 'other:session' }))).toBe('credential_invalid')
  })

  test('ends when it is not used for its idle time, and use puts that off, but not beyond its age', async () => {
    const token = await newSession()
    for (let minutes = 9; minutes < 60; minutes += 9) {
      now += 9 * MINUTE
      expect(faultOf(await use(token)), `${minutes} minutes`).toBe('none')
    }
    now += 7 * MINUTE
    expect(faultOf(await use(token)), 'an hour').toBe('credential_invalid')
    const idle = await newSession()
    now += 10 * MINUTE
    expect(faultOf(await use(idle))).toBe('credential_invalid')
  })

  test('a use that says so does not put off the end; others write it once a minute', async () => {
    const token = await newSession()
    now += 9 * MINUTE
    expect(faultOf(await use(token, { doesSlide: async () => false }))).toBe('none')
    now += MINUTE
    expect(faultOf(await use(token))).toBe('credential_invalid')
    const used = await newSession()
    ports.calls.length = 0
    for (let n = 0; n < 12; n++) {
      now += 10_000
      await use(used)
    }
    expect(ports.calls.filter((call) => call === 'sessions.slide')).toHaveLength(2)
  })

  test('closed is closed', async () => {
    const token = await newSession()
    const actor = must(await use(token))
    must(await core.sessions.closeSession({ actor, request: REQUEST }))
    expect(faultOf(await use(token))).toBe('credential_invalid')
    const types = (await eventsOf(owner.organization)).map(({ type }) => type)
    expect(types).toContain('user.sign_in')
    expect(types).toContain('user.sign_out')
  })

  test('a token that is good once: of 20 uses at once, one succeeds; and it ends by itself', async () => {
    const token = await newSession(ONCE)
    const uses = await Promise.all(
      Array.from({ length: 20 }, () => core.sessions.consumeSession(ONCE, token)),
    )
    expect(uses.map(faultOf).sort()).toEqual([...Array(19).fill('credential_invalid'), 'none'])
    const late = await newSession(ONCE)
    now += 30_000
    expect(faultOf(await core.sessions.consumeSession(ONCE, late))).toBe('credential_invalid')
  })

  test('a user of two organizations is who they are in the one that is asked for, and foreign in a third', async () => {
    const [second, stranger] = [await makeOwner(owner.email), await makeOwner()]
    const token = await newSession()
    expect(must(await use(token)).organization).toBe(owner.organization)
    expect(must(await use(token, { organization: second.organization })).organization).toBe(
      second.organization,
    )
    expect(faultOf(await use(token, { organization: stranger.organization }))).toBe('organization_foreign')
    const bound = await newSession(POLICY, second.organization)
    expect(must(await use(bound)).organization).toBe(second.organization)
    expect(faultOf(await use(bound, { organization: owner.organization }))).toBe('organization_foreign')
    const user = must(await signIn())
    const foreign = await core.sessions.openSession(POLICY, user, stranger.organization, REQUEST)
    expect(faultOf(foreign)).toBe('credential_invalid')
  })

  test('neither token nor password is in a row of D1', async () => {
    const token = await newSession()
    const rows = await Promise.all(
      ['sessions', 'users', 'events'].map((table) => env.DB.prepare(`SELECT * FROM ${table}`).all()),
    )
    const text = JSON.stringify(rows)
    expect(text).not.toContain(owner.password)
    expect(text).not.toContain(toHex(token))
    expect(text).not.toContain(toBase64Url(token))
  })
})

test('an audit of one’s own doing is in each of one’s organizations, with the number that one has there', async () => {
  const second = await makeOwner(owner.email)
  await newSession()
  for (const { organization } of [owner, second]) {
    const [recorded] = (await eventsOf(organization)).filter(({ type }) => type === 'user.sign_in')
    const event = JSON.parse(recorded?.text ?? '{}')
    const row = await env.DB.prepare('SELECT id FROM principals WHERE organization_id = ? AND name = ?')
      .bind(organization, owner.email)
      .first<{ id: number }>()
    expect(event).toMatchObject({
      organization,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      cause: { actor: { id: row?.id, as: { kind: 'user' } } },
    })
  }
})

test('whose password was right and is another one meanwhile neither enters nor chooses one; a removed one is gone', async () => {
  const user = must(await signIn())
  const stale = must(await signIn())
  must(await core.users.changePassword(user, 'Another-password-1', REQUEST))
  const tried = async () => [
    faultOf(await core.sessions.openSession(POLICY, stale, null, REQUEST)),
    faultOf(await core.users.changePassword(stale, 'Another-password-2', REQUEST)),
  ]
  expect(await tried()).toEqual(['credential_invalid', 'credential_invalid'])
  const removal = userEvent('user.remove', user, now, REQUEST)
  expect(await ports.ports.users.removePassword(user.id, now, null, removal)).toBeNull()
  expect(await tried()).toEqual(['credential_invalid', 'credential_invalid'])
  expect(faultOf(await core.sessions.openSession(POLICY, { ...user, password: null }, null, REQUEST))).toBe(
    'credential_invalid',
  )
  expect(faultOf(await signIn('Another-password-2'))).toBe('credential_invalid')
})

test('whether a use puts off the end is asked only of a session that is good', async () => {
  const asked: string[] = []
  const asking = (name: string) => ({
    doesSlide: async () => {
      asked.push(name)
      return false
    },
  })
  const token = await newSession()
  const forged = token.map((byte, at) => (at === token.length - 1 ? byte ^ 1 : byte))
  expect(faultOf(await use(forged, asking('forged')))).toBe('credential_invalid')
  must(await use(token, asking('good')))
  expect(asked).toEqual(['good'])
})
