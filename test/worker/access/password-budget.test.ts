/** Hashing passwords is bounded, and nothing that hashes none waits for it (promise 8). */
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  createPasswordGuard,
  LOCK_MILLISECONDS,
  NO_PASSWORD_GUARD,
} from '../../../src/core/access/users/password-guard.ts'
import { createCore } from '../../../src/core/core.ts'
import type { Fault, Outcome } from '../../../src/core/kernel/outcome.ts'
import { compose, composedPorts } from '../../support/composed.ts'
import { basic, clientOf, newClaim } from '../../support/native-client.ts'
import { makeOwner } from '../../support/organization.ts'

/** As where clients' addresses are not known. */
const REQUEST = { id: 'r', method: 'POST', path: '/', address: null }

let owner: Awaited<ReturnType<typeof makeOwner>>
beforeAll(async () => {
  owner = await makeOwner()
})

describe('an address whose password was wrong five times in a row', () => {
  async function guarded() {
    let now = Date.now()
    const passwords = createPasswordGuard(
      () => now,
      async () => {},
    )
    let derived = 0
    const counting = {
      ...passwords,
      took(milliseconds: number) {
        derived++
        passwords.took(milliseconds)
      },
    }
    const composed = await composedPorts({ now: () => now, passwords: counting })
    const core = createCore(composed.ports)
    return {
      ...composed,
      core,
      derived: () => derived,
      later: (milliseconds: number) => {
        now += milliseconds
      },
      signIn: (email: string, password: string): Promise<Outcome<unknown, Fault>> =>
        core.users.authenticateUser({ email, password }, REQUEST),
    }
  }
  const faultOf = (outcome: Outcome<unknown, Fault>) => (outcome.ok ? 'none' : outcome.fault.kind)

  test('is refused with nothing derived and no store touched, whether a user has it or not, for 15 minutes', async () => {
    const user = await makeOwner()
    const { signIn, calls, derived, later, settled } = await guarded()
    for (const email of [user.email, `${crypto.randomUUID()}@made-up.example`]) {
      const before = derived()
      for (let n = 0; n < 5; n++)
        expect(faultOf(await signIn(email, `guess ${n}`))).toBe('credential_invalid')
      expect(derived() - before).toBe(5)
      await settled()
      calls.length = 0
      for (let n = 0; n < 20; n++) {
        expect(faultOf(await signIn(email.toUpperCase(), user.password))).toBe('credential_invalid')
      }
      expect([derived() - before, calls]).toEqual([5, []])
    }
    later(LOCK_MILLISECONDS)
    expect(faultOf(await signIn(user.email, user.password))).toBe('none')
  })

  test('of many guesses at once five are derived', async () => {
    const { signIn, derived } = await guarded()
    await Promise.all(Array.from({ length: 40 }, (_, n) => signIn('a@made-up.example', `guess ${n}`)))
    expect(derived()).toBe(5)
  })

  test('is let in again where its user gets another password', async () => {
    const { core, signIn } = await guarded()
    const user = await makeOwner()
    const known = await signIn(user.email, user.password)
    for (let n = 0; n < 5; n++) await signIn(user.email, 'wrong')
    if (!known.ok) throw new Error('the password is right')
    const chosen = 'Chosen-By-Me-1'
    expect(faultOf(await core.users.changePassword(known.value as never, chosen, REQUEST))).toBe('none')
    expect(faultOf(await signIn(user.email, chosen))).toBe('none')
  })
})

test('a try at an unknown address writes as much as one that counts against a user', async () => {
  const { ports } = await composedPorts()
  const core = createCore(ports)
  const signIn = () =>
    core.users.authenticateUser({ email: `${crypto.randomUUID()}@made-up.example`, password: 'x' }, REQUEST)
  const tries = async () =>
    (await env.DB.prepare('SELECT failures FROM users WHERE id = 0').first('failures')) ?? -1
  await signIn()
  const before = Number(await tries())
  await signIn()
  expect(await tries()).toBe(before + 1)
  expect(await env.DB.prepare('SELECT locked_until FROM users WHERE id = 0').first('locked_until')).toBeNull()
})

test('an address or a password that is longer than any is refused with nothing derived', async () => {
  const { ports, calls } = await composedPorts({
    passwords: { ...NO_PASSWORD_GUARD, turn: () => Promise.reject(new Error('it asked for a turn')) },
  })
  const core = createCore(ports)
  for (const [email, password] of [
    ['x'.repeat(256), 'x'],
    [owner.email, 'x'.repeat(257)],
  ] as const) {
    expect(await core.users.authenticateUser({ email, password }, REQUEST)).toEqual({
      ok: false,
      fault: { kind: 'credential_invalid' },
    })
  }
  expect(calls).toEqual([])
})

test('while too many wait, whatever hashes a password is 429 with Retry-After in its dialect’s form, and nothing else is', async () => {
  const authorization = owner.client.authorization
  const operator = clientOf(authorization)
  const profile = (await operator('POST', '/v1/profiles', { name: 'p' })).json.id
  const { code } = (await operator('POST', '/v1/keys', { profile_id: profile, max_uses: 1 })).json
  const login = basic(owner.email, owner.password)
  const shown = await clientOf(login)('POST', '/api/v2/login_users/authenticate')
  const token = { authorization: `Token token=${shown.json.auth_token}` }
  const { session_token, auth_username } = (
    await clientOf(null)('GET', '/api/v2/users/login', undefined, token)
  ).json

  const { fetch, calls } = await compose({ passwords: { ...NO_PASSWORD_GUARD, turn: async () => 7 } })
  const ask = clientOf(authorization, fetch)
  const illumio = [{ token: 'too_many_requests_error', message: 'Too many requests' }]
  calls.length = 0
  const byPassword = { authorization: login }
  for (const answer of [
    await ask('POST', '/api/v2/login_users/authenticate', undefined, byPassword),
    await ask('PUT', '/api/v2/login_users/me/password', { password: 'Chosen-By-Me-1' }, byPassword),
    await ask('POST', '/api/v2/login_users/authenticate', undefined, {
      authorization: basic(`${crypto.randomUUID()}@made-up.example`, 'x'),
    }),
  ]) {
    expect([answer.status, answer.headers.get('Retry-After'), answer.json]).toEqual([429, '7', illumio])
  }
  const datonis = await ask('POST', '/api_sign_in', { email: owner.email, password: owner.password })
  expect([datonis.status, datonis.headers.get('Retry-After')]).toEqual([429, '7'])
  expect(datonis.json.errors[0].code).toBe('EXCESSIVE_RATE')
  expect(calls).toEqual([])

  const username = `${crypto.randomUUID()}@new.example`
  const invited = await ask('POST', '/api/v2/users', { username })
  expect([invited.status, invited.headers.get('Retry-After'), invited.json]).toEqual([429, '7', illumio])
  expect((await ask('GET', '/api/v2/users')).text).not.toContain(username)

  expect((await ask('GET', `/v1/profiles/${profile}`)).status, 'an API key').toBe(200)
  const bySession = { authorization: basic(auth_username, session_token) }
  expect((await ask('GET', '/api/v2/noop', undefined, bySession)).status, 'a session').toBe(200)
  expect((await ask('POST', '/v1/enroll', { code, claim: newClaim() })).status, 'enrollment').toBe(201)
})
