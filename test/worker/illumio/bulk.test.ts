/** Many workloads at once, as the Go library and pylo send them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { compose } from '../../support/composed.ts'
import { eventsOf, makeMembers, makeOrganization, type Organization } from '../../support/organization.ts'
import {
  API,
  activate,
  expectStatus,
  type Json,
  makeKey,
  makeLabel,
  makeProfile,
  orgPath,
  pair,
} from '../../support/pairing.ts'

const UNKNOWN = '00000000-0000-4000-8000-000000000000'

let organization: Organization
beforeAll(async () => {
  organization = await makeOrganization()
})

const update = async (own: Organization, body: unknown): Promise<Json> =>
  expectStatus(await own.owner.put(orgPath(own, '/workloads/bulk_update'), body), 200)
const read = async (href: string): Promise<Json> =>
  expectStatus(await organization.owner.get(API + href), 200)

describe('PUT workloads/bulk_update', () => {
  test('changes each for itself, and says of each what became of it', async () => {
    const label = await makeLabel(organization, 'role', 'Bulk')
    const [one, two] = [(await pair(organization)).workload.href, (await pair(organization)).workload.href]
    const stranger = (await pair(await makeOrganization())).workload.href
    const unknown = `/orgs/${organization.id}/workloads/${UNKNOWN}`
    const answer = await update(organization, [
      { href: one, name: 'first', labels: [{ href: label }] },
      { href: stranger, name: 'theirs' },
      { href: unknown, name: 'none' },
      { href: two, enforcement_mode: 'sometimes' },
      { href: two, labels: [{ href: `/orgs/${organization.id}/labels/999999999` }] },
      { href: two, description: 'second' },
    ])
    expect(answer).toEqual([
      { href: one, status: 'updated' },
      { href: stranger, status: 'error', token: 'invalid_uri', message: `Invalid URI: {${stranger}}` },
      { href: unknown, status: 'error', token: 'invalid_uri', message: `Invalid URI: {${unknown}}` },
      {
        href: two,
        status: 'validation_failure',
        token: 'input_validation_error',
        message: expect.stringContaining('enforcement_mode'),
      },
      {
        href: two,
        status: 'error',
        token: 'invalid_uri',
        message: expect.stringContaining('/labels/999999999'),
      },
      { href: two, status: 'updated' },
    ])
    expect(await read(one)).toMatchObject({ name: 'first', labels: [{ href: label }] })
    expect(await read(two)).toMatchObject({ description: 'second', enforcement_mode: 'visibility_only' })
    const recorded = (await eventsOf(organization.id)).filter(({ type }) => type === 'agent.update')
    expect(recorded).toHaveLength(2)
  })

  test('100 machines of one profile are two calls of its ledger, and one look-up of labels', async () => {
    const own = await makeOrganization()
    const label = await makeLabel(own, 'role', 'Web')
    const code = await makeKey(own.owner, await makeProfile(own))
    const made = await Promise.all(
      Array.from({ length: 100 }, async () =>
        expectStatus(await activate(code, { claim: crypto.randomUUID() }), 201),
      ),
    )
    const { fetch, calls } = await compose()
    const body = made.map(({ workload }) => ({ href: workload.href, labels: [{ href: label }] }))
    const answer = await fetch(orgPath(own, '/workloads/bulk_update'), {
      method: 'PUT',
      headers: { Authorization: own.owner.authorization },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(200)
    expect(calls.filter((call) => call.startsWith('ledger.'))).toEqual([
      'ledger.getAgents',
      'ledger.changeAgents',
    ])
    const found = await own.owner.get(orgPath(own, `/workloads?max_results=0&labels=[["${label}"]]`))
    expect(found.headers.get('X-Total-Count')).toBe('100')
  })

  test('a role within some labels changes what has them, and nothing else', async () => {
    const label = await makeLabel(organization, 'env', 'Scope')
    const members = await makeMembers(
      organization.id,
      ['illumio:workload_manager'],
      [label.split('/').at(-1) ?? ''],
    )
    const inside = (await pair(organization, {}, { labels: [{ href: label }] })).workload.href
    const outside = (await pair(organization)).workload.href
    const answer = await members
      .get('illumio:workload_manager')
      ?.put(orgPath(organization, '/workloads/bulk_update'), [
        { href: outside, name: 'x' },
        { href: inside, name: 'y' },
      ])
    expect(answer?.json).toEqual([
      { href: outside, status: 'error', token: 'authorization_error', message: expect.any(String) },
      { href: inside, status: 'updated' },
    ])
    expect((await read(outside)).name).toBeNull()
  })

  test.each([[{}], [{ href: 'x' }], ['x'], [[{ name: 'no href' }]], [Array(1_001).fill({ href: 'x' })]])(
    'a body of another form is refused',
    async (body) => {
      const answer = await organization.owner.put(orgPath(organization, '/workloads/bulk_update'), body)
      expect(answer.status).toBe(406)
    },
  )

  test('none is none', async () => {
    expect(await update(organization, [])).toEqual([])
  })
})

test('bulk_delete deletes none: a paired one is not allowed, what is not there is not found', async () => {
  const { workload } = await pair(organization)
  const gone = await pair(organization)
  await organization.owner.put(orgPath(organization, '/vens/unpair'), { vens: [gone.ven] })
  const hrefs = [workload.href, gone.workload.href, `/orgs/${organization.id}/workloads?name=x`]
  const answer = await organization.owner.put(
    orgPath(organization, '/workloads/bulk_delete'),
    hrefs.map((href) => ({ href })),
  )
  const notFound = [{ token: 'not_found_error', message: 'Not found' }]
  expect(expectStatus(answer, 200)).toEqual([
    {
      href: hrefs[0],
      status: 'error',
      errors: [{ token: 'method_not_allowed_error', message: 'Not allowed' }],
    },
    { href: hrefs[1], status: 'error', errors: notFound },
    { href: hrefs[2], status: 'error', errors: notFound },
  ])
  expect((await read(workload.href)).deleted).toBe(false)
})

test('DELETE of a paired workload is 406, of an unknown one 404', async () => {
  const { workload } = await pair(organization)
  const answer = await organization.owner.delete(API + workload.href)
  expect([answer.status, answer.json]).toEqual([
    406,
    [{ token: 'method_not_allowed_error', message: 'Not allowed' }],
  ])
  expect((await read(workload.href)).deleted).toBe(false)
  const unknown = await organization.owner.delete(orgPath(organization, `/workloads/${UNKNOWN}`))
  expect(unknown.status).toBe(404)
})
