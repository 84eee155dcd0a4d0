import { beforeAll, describe, expect, test } from 'vitest'
import { compose } from '../../support/composed.ts'
import { ask, eventsOf, makeOrganization, type Organization } from '../../support/organization.ts'
import {
  API,
  activate,
  eventually,
  expectStatus,
  type Json,
  makeKey,
  makeProfile,
  orgPath,
} from '../../support/pairing.ts'

let organization: Organization
beforeAll(async () => {
  organization = await makeOrganization()
})

const read = async (href: string): Promise<Json> =>
  expectStatus(await organization.owner.get(API + href), 200)
const claim = () => crypto.randomUUID()
const statusesOf = (answers: readonly { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length

test('a redemption answers who the machine is now, and its tokens', async () => {
  const code = await makeKey(organization.owner, await makeProfile(organization))
  const made = expectStatus(await activate(code), 201)
  const { id } = organization
  const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
  expect(made).toEqual({
    agent: { href: expect.stringMatching(new RegExp(`^/orgs/${id}/agents/[1-9][0-9]*$`)) },
    ven: { href: expect.stringMatching(new RegExp(`^/orgs/${id}/vens/${uuid}$`)) },
    workload: { href: made.ven.href.replace('vens', 'workloads') },
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: 'Bearer',
    expires_in: 600,
    refresh_token: expect.stringMatching(/^lkr_/),
  })
})

describe('N uses mean N', () => {
  test('50 concurrent activations of a 10-use key: exactly 10 succeed', async () => {
    const href = await makeProfile(organization, { allowed_uses_per_key: 10 })
    const code = await makeKey(organization.owner, href)
    const answers = await Promise.all(Array.from({ length: 50 }, () => activate(code, { claim: claim() })))
    expect(statusesOf(answers, 201)).toBe(10)
    expect(statusesOf(answers, 401)).toBe(40)
    expect(await read(href)).toMatchObject({
      total_use_count: 10,
      last_pairing_at: expect.stringMatching(/Z$/),
    })
    const hrefs = answers.filter(({ status }) => status === 201).map(({ json }) => (json as Json).ven.href)
    expect(new Set(hrefs).size).toBe(10)
  })

  test('a one-use key, 20 at once', async () => {
    const code = await makeKey(
      organization.owner,
      await makeProfile(organization, { allowed_uses_per_key: 'one_use' }),
    )
    const answers = await Promise.all(Array.from({ length: 20 }, () => activate(code)))
    expect(statusesOf(answers, 201)).toBe(1)
  })

  test('limits are those of the profile when the key was made (A4)', async () => {
    const href = await makeProfile(organization, { allowed_uses_per_key: 1 })
    const before = await makeKey(organization.owner, href)
    expectStatus(await organization.owner.put(API + href, { allowed_uses_per_key: 'unlimited' }), 204)
    const after = await makeKey(organization.owner, href)
    expect([(await activate(before)).status, (await activate(before)).status]).toEqual([201, 401])
    expect([(await activate(after)).status, (await activate(after)).status]).toEqual([201, 201])
  })
})

describe('a retry is free', () => {
  test('the same claim is the same machine, also when the key is spent', async () => {
    const href = await makeProfile(organization, { allowed_uses_per_key: 1 })
    const code = await makeKey(organization.owner, href)
    const own = claim()
    const first = expectStatus(await activate(code, { claim: own }), 201)
    const again = expectStatus(await activate(code, { claim: own }), 200)
    expect(again).toMatchObject({ agent: first.agent, ven: first.ven, workload: first.workload })
    expect((await activate(code, { claim: claim() })).status).toBe(401)
    expect(await read(href)).toMatchObject({ total_use_count: 1 })
  })

  test('ten copies of one request, at once, are one machine', async () => {
    const code = await makeKey(organization.owner, await makeProfile(organization))
    const own = claim()
    const answers = await Promise.all(Array.from({ length: 10 }, () => activate(code, { claim: own })))
    expect(statusesOf(answers, 201)).toBe(1)
    expect(statusesOf(answers, 200)).toBe(9)
    expect(new Set(answers.map(({ json }) => (json as Json).ven.href)).size).toBe(1)
  })
})

test('a redemption, a repeat and a refusal each make one call to one ledger: no D1, no KV', async () => {
  const href = await makeProfile(organization, { allowed_uses_per_key: 1 })
  const code = await makeKey(organization.owner, href)
  const { calls, fetch } = await compose()
  const send = async (activation_code: string, own: string) => {
    const body = JSON.stringify({ activation_code, claim: own })
    return (await fetch(`${API}/agents/activate`, { method: 'POST', body })).status
  }
  const own = claim()
  const statuses = [await send(code, own), await send(code, own), await send(code, claim())]
  expect(statuses).toEqual([201, 200, 401])
  expect(calls).toEqual(statuses.flatMap(() => ['ledgers.forAgents', 'ledger.redeem']))
  // What was never a code of ours reaches no storage at all.
  expect(await send(`1${'ab'.repeat(40)}`, own)).toBe(401)
  expect(calls).toHaveLength(6)
})

test('events record success and refusal, and no answer or event holds a code, a claim or a token', async () => {
  const own = await makeOrganization()
  const href = await makeProfile(own, { allowed_uses_per_key: 1 })
  const code = await makeKey(own.owner, href)
  const [winner, loser] = [claim(), claim()]
  const made = expectStatus(await activate(code, { claim: winner }), 201)
  const refused = await activate(code, { claim: loser })
  const wrong = await activate(code, { claim: 'tiny', hostname: 5 })
  const unread = await ask('POST', `${API}/agents/activate`, { raw: `{"activation_code":"${code}",` })
  expect([refused.status, wrong.status, unread.status]).toEqual([401, 406, 406])
  const enrolled = await eventually(async () => {
    const events = (await eventsOf(own.id)).filter(({ type }) => type === 'agent.enroll')
    expect(events).toHaveLength(2)
    return events.map(({ text }) => JSON.parse(text) as Json)
  })
  expect(enrolled.map(({ isSuccess }) => isSuccess)).toEqual([true, false])
  expect(enrolled[0].subject).toMatchObject({ kind: 'agent', name: 'web-01' })
  expect(enrolled[1].detail).toEqual({ reason: 'key_spent', hostname: expect.any(String) })
  const all = JSON.stringify(await eventsOf(own.id)) + refused.text + wrong.text + unread.text
  for (const secret of [
    code,
    code.slice(17),
    winner,
    loser,
    made.access_token,
    made.refresh_token,
    own.owner.secret,
  ]) {
    expect(all).not.toContain(secret)
  }
})

test('use counts are in lists within a second', async () => {
  const href = await makeProfile(organization, { name: `counted ${crypto.randomUUID()}` })
  const { name } = await read(href)
  expectStatus(await activate(await makeKey(organization.owner, href)), 201)
  await eventually(async () => {
    const list = await organization.owner.get(
      orgPath(organization, `/pairing_profiles?name=${encodeURIComponent(name)}`),
    )
    expect(expectStatus(list, 200)[0]).toMatchObject({ total_use_count: 1 })
  })
})
