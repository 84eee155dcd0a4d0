import { beforeAll, describe, expect, test } from 'vitest'
import { CAUSE, must, stubOf } from '../../support/ledger.ts'
import { makeOrganization, type Organization } from '../../support/organization.ts'
import { API, activate, expectStatus, type Json, makeKey, makeProfile } from '../../support/pairing.ts'

let organization: Organization
beforeAll(async () => {
  organization = await makeOrganization()
})

const read = async (href: string): Promise<Json> =>
  expectStatus(await organization.owner.get(API + href), 200)
const claim = () => crypto.randomUUID()
const ledgerOf = (href: string) => Number(href.split('/').at(-1))

describe('every refusal is one answer, and spends nothing', () => {
  const ONE_ANSWER = '[{"token":"authentication_error","message":"Authentication failed"}]'

  type Refused = { readonly code: string; readonly profile: string }
  const withKey = async (body: object = {}): Promise<Refused> => {
    const profile = await makeProfile(organization, body)
    return { profile, code: await makeKey(organization.owner, profile) }
  }

  test.each<[string, () => Promise<Refused>, number]>([
    ['no code at all', async () => ({ ...(await withKey()), code: '' }), 0],
    ['the shape of a code', async () => ({ ...(await withKey()), code: `1${'ab'.repeat(40)}` }), 0],
    [
      'a code with a mistyped digit',
      async () => {
        const { code, profile } = await withKey()
        return { profile, code: code.slice(0, -1) + (code.endsWith('0') ? '1' : '0') }
      },
      0,
    ],
    ['a disabled profile', () => withKey({ enabled: false }), 0],
    [
      'a deleted key',
      async () => {
        const made = await withKey()
        expectStatus(await organization.owner.delete(`${API}${made.profile}/pairing_keys`), 204)
        return made
      },
      0,
    ],
    [
      'an expired key',
      async () => {
        const made = await withKey({ key_lifespan: 1 })
        // As time would: the ledger gets an end a second after 1970.
        const ledger = stubOf(ledgerOf(made.profile))
        must(await ledger.changeKey(organization.id, 1, { expiresAt: 1_000 }, CAUSE))
        return made
      },
      0,
    ],
    [
      'a spent key',
      async () => {
        const made = await withKey({ allowed_uses_per_key: 1 })
        expectStatus(await activate(made.code), 201)
        return made
      },
      1,
    ],
  ])('%s', async (_, make, uses) => {
    const { code, profile } = await make()
    for (const more of [{}, { claim: claim() }]) {
      const answer = await activate(code, more)
      expect([answer.status, answer.text]).toEqual([401, ONE_ANSWER])
      expect(answer.headers.get('Content-Type')).toBe('application/json')
    }
    expect((await read(profile)).total_use_count).toBe(uses)
  })

  test('a lifespan becomes the key’s expiry', async () => {
    const href = await makeProfile(organization, { key_lifespan: 120 })
    await makeKey(organization.owner, href)
    const key = must(await stubOf(ledgerOf(href)).getKey(organization.id, 1))
    expect(key.expiresAt).toBe(key.createdAt + 120_000)
  })
})

describe('a malformed body neither counts nor says anything of the code', () => {
  test.each<[string, object]>([
    ['an unknown member', { foo: 1 }],
    ['a short claim', { claim: 'short' }],
    ['an address that is none', { interfaces: [{ name: 'eth0', address: '300.1.1.1' }] }],
    ['a mode that is none', { overrides: { enforcement_mode: 'off' } }],
    [
      'facts over 8 KiB',
      {
        interfaces: Array.from({ length: 200 }, (_, i) => ({
          name: `ethernet-number-${i}`,
          address: '10.0.0.1',
        })),
      },
    ],
    ['a label key that is none', { overrides: { labels: { team: 'x' } } }],
  ])('%s: 406 for a good code and a bad one alike', async (_, more) => {
    const href = await makeProfile(organization, { allowed_uses_per_key: 1 })
    const code = await makeKey(organization.owner, href)
    const good = await activate(code, more)
    const bad = await activate(`1${'ab'.repeat(40)}`, more)
    expect([good.status, good.text]).toEqual([406, bad.text])
    expect((await read(href)).total_use_count).toBe(0)
    expectStatus(await activate(code), 201)
  })

  test('200 interfaces of few words are no trouble while they have 8 KiB', async () => {
    const code = await makeKey(organization.owner, await makeProfile(organization))
    const interfaces = Array.from({ length: 200 }, (_, i) => ({ name: `e${i}`, address: '::1' }))
    expectStatus(await activate(code, { interfaces }), 201)
  })
})
