import { beforeAll, describe, expect, test } from 'vitest'
import { agentUuid } from '../../../src/core/kernel/ids.ts'
import { compose } from '../../support/composed.ts'
import { eventsOf, makeOrganization, type Organization } from '../../support/organization.ts'
import {
  API,
  activate,
  errorOf,
  expectStatus,
  makeKey,
  makeProfile,
  orgPath,
  pair,
} from '../../support/pairing.ts'

let organization: Organization
beforeAll(async () => {
  organization = await makeOrganization()
})

describe('unpair', () => {
  const unpair = (own: Organization, hrefs: readonly string[], more: object = {}) =>
    own.owner.put(orgPath(own, '/vens/unpair'), { vens: hrefs.map((href) => ({ href })), ...more })

  test('both disappear, from lists too; the key’s next use by that claim is a new machine', async () => {
    const own = await makeOrganization()
    const profile = await makeProfile(own)
    const code = await makeKey(own.owner, profile)
    const claim = crypto.randomUUID()
    const [one, two] = [
      expectStatus(await activate(code, { claim }), 201),
      expectStatus(await activate(code, { claim: crypto.randomUUID() }), 201),
    ]
    const hrefs = [one.ven.href, two.ven.href, one.ven.href]
    expect(await unpair(own, hrefs, { firewall_restore: 'default' })).toMatchObject({
      status: 200,
      json: { errors: [] },
    })
    for (const href of [one.workload.href, one.ven.href, two.ven.href]) {
      expect((await own.owner.get(API + href)).status).toBe(404)
    }
    expect(expectStatus(await own.owner.get(orgPath(own, '/workloads')), 200)).toEqual([])
    const again = expectStatus(await activate(code, { claim }), 201)
    expect(again.ven.href).not.toBe(one.ven.href)
    const left = (await eventsOf(own.id)).filter(({ type }) => type === 'agent.leave')
    expect(left).toHaveLength(2)
  })

  test('many machines of one profile are two calls of its ledger', async () => {
    const own = await makeOrganization()
    const code = await makeKey(own.owner, await makeProfile(own))
    const made = await Promise.all(
      Array.from({ length: 30 }, async () =>
        expectStatus(await activate(code, { claim: crypto.randomUUID() }), 201),
      ),
    )
    const { fetch, calls } = await compose()
    const answer = await fetch(orgPath(own, '/vens/unpair'), {
      method: 'PUT',
      headers: { Authorization: own.owner.authorization },
      body: JSON.stringify({ vens: made.map(({ ven }) => ({ href: ven.href })) }),
    })
    expect(answer.status).toBe(200)
    expect(calls.filter((call) => call.startsWith('ledger.'))).toEqual([
      'ledger.getAgents',
      'ledger.leaveMany',
    ])
    const left = (await eventsOf(own.id)).filter(({ type }) => type === 'agent.leave')
    expect(new Set(left.map(({ text }) => JSON.parse(text).subject.id)).size).toBe(30)
    expect(expectStatus(await own.owner.get(orgPath(own, '/vens')), 200)).toEqual([])
  })

  test('one unknown href: nothing is done', async () => {
    const own = await makeOrganization()
    const made = await pair(own)
    const revoked = await pair(own)
    const uuid = revoked.ven.href.split('/').at(-1)
    expectStatus(await own.owner.post(`/v1/agents/${uuid}/revoke`, { and_key: 'keep' }), 200)
    const stranger = (await pair(organization)).ven.href
    for (const bad of [revoked.ven.href, stranger, made.workload.href, '/orgs/1', '']) {
      const answer = await unpair(own, [made.ven.href, bad])
      expect([answer.status, errorOf(answer)]).toEqual([406, `invalid_uri: Invalid URI: {${bad}}`])
    }
    expectStatus(await own.owner.get(API + made.ven.href), 200)
    expect((await eventsOf(own.id)).filter(({ type }) => type === 'agent.leave')).toEqual([])
  })

  test('asked again it answers the same and does nothing more; what was left out the first time is done', async () => {
    const own = await makeOrganization()
    const [one, two] = [await pair(own), await pair(own)]
    expectStatus(await unpair(own, [one.ven.href]), 200)
    expectStatus(await unpair(own, [one.ven.href]), 200)
    expectStatus(await unpair(own, [one.ven.href, two.ven.href]), 200)
    expect((await own.owner.get(API + two.ven.href)).status).toBe(404)
    expect((await eventsOf(own.id)).filter(({ type }) => type === 'agent.leave')).toHaveLength(2)
    // Who is in another organization learns nothing of it.
    expect((await unpair(organization, [one.ven.href])).status).toBe(406)
  })

  test.each([
    {},
    { vens: [] },
    { vens: [{}] },
    { vens: 'all' },
    { vens: [{ href: '/x' }], firewall_restore: 'maybe' },
  ])('%j is refused', async (body) => {
    expect((await organization.owner.put(orgPath(organization, '/vens/unpair'), body)).status).toBe(406)
  })

  test('1,000 at once are unpaired by one call, and more are refused', { timeout: 120_000 }, async () => {
    const own = await makeOrganization()
    const code = await makeKey(own.owner, await makeProfile(own))
    const hrefs: string[] = []
    for (let i = 0; i < 10; i++) {
      const some = Array.from({ length: 100 }, () => activate(code, { claim: crypto.randomUUID() }))
      hrefs.push(...(await Promise.all(some)).map((made) => expectStatus(made, 201).ven.href))
    }
    const tooMany = await unpair(own, [...hrefs, '/x'])
    expect(errorOf(tooMany)).toContain("The property '#/vens' had more items than the allowed 1000")
    expect(await unpair(own, hrefs)).toMatchObject({ status: 200, json: { errors: [] } })
    expect(expectStatus(await own.owner.get(orgPath(own, '/vens')), 200)).toEqual([])
  })

  test('machines of more than 400 pairing profiles are refused, and nothing is done', async () => {
    const { ven } = await pair(organization)
    const of = (ledger: number) =>
      `/orgs/${organization.id}/vens/${agentUuid({ ledger, n: 1 }, new Uint8Array(8))}`
    const answer = await unpair(organization, [
      ven.href,
      ...Array.from({ length: 400 }, (_, i) => of(i + 9_000)),
    ])
    expect(errorOf(answer)).toContain('400 pairing profiles')
    expectStatus(await organization.owner.get(API + ven.href), 200)
  })
})
