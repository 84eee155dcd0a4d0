/** Asynchronous collections (contract §6.2). */
import { abortAllDurableObjects, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { createCore } from '../../../src/core/core.ts'
import { advance } from '../../../src/core/jobs/advance.ts'
import {
  JOB_DEADLINE_MILLISECONDS,
  MAX_JOBS_OF_REQUESTER,
  MAX_RUNNING_JOBS_OF_ORGANIZATION,
} from '../../../src/core/jobs/job.ts'
import type { Ports } from '../../../src/core/ports.ts'
import { illumio } from '../../../src/dialects/illumio/dialect.ts'
import { isCollection } from '../../../src/dialects/illumio/jobs/asynchronous.ts'
import { createJobStore } from '../../../src/stores/d1/catalogue/jobs.ts'
import { createJobRunner } from '../../../src/stores/durable/job-runner.ts'
import { createPageStore } from '../../../src/stores/kv/pages.ts'
import { compose, composedPorts } from '../../support/composed.ts'
import { hostnames, pairMany } from '../../support/many.ts'
import {
  ask,
  type Client,
  makeMember,
  makeOrganization,
  type Organization,
} from '../../support/organization.ts'
import { API, eventually, expectStatus, type Json, makeLabel, orgPath } from '../../support/pairing.ts'
import { plansOf } from '../../support/query-plans.ts'
import {
  expectArray,
  expectNoBody,
  type Fixture,
  makeFixture,
  named,
  pathOf,
  startJob,
} from '../../support/routes.ts'

const ASYNC = { headers: { Prefer: 'respond-async' } }

let fixture: Fixture
beforeAll(async () => {
  fixture = await makeFixture()
})

async function fileOf(who: Client, job: Json): Promise<Json[]> {
  const file = await who.get(API + job.result.href)
  expect(file.headers.get('Content-Type')).toBe('application/json')
  return expectStatus(file, 200)
}

/** Rewrites what a job's row says, as time or a crash would. */
async function setJob(id: string, assignments: string, ...values: (string | number)[]): Promise<void> {
  await env.DB.prepare(`UPDATE jobs SET ${assignments} WHERE id = ?`)
    .bind(...values, id)
    .run()
}

const idOf = (job: Json): string => job.href.split('/').at(-1)

async function storedJob(id: string): Promise<Json> {
  return env.DB.prepare('SELECT * FROM jobs WHERE id = ?').bind(id).first()
}

type Waiting = { readonly id: string; readonly href: string }

/** A job that no object knows: the test makes its pages. */
async function waitingJob({ id, owner }: Organization, path: string): Promise<Waiting> {
  const { fetch } = await compose({ jobRunner: { wake: async () => {} } })
  const headers = { ...ASYNC.headers, Authorization: owner.authorization }
  const accepted = await fetch(`https://latchkey.example${orgPath({ id }, path)}`, { headers })
  expect(accepted.status).toBe(202)
  const href = accepted.headers.get('Location') ?? ''
  return { id: idOf({ href }), href }
}

/** Makes one page of an organization, as its object does. */
async function runnerOf(replaced: Partial<Ports> = {}) {
  const { ports } = await composedPorts(replaced)
  const rowsOf = illumio.rowsOf(createCore(ports))
  return (organization: number) => advance(ports, rowsOf, organization)
}

async function finishAll(organization: number, given?: Awaited<ReturnType<typeof runnerOf>>) {
  const run = given ?? (await runnerOf())
  while ((await run(organization)) !== null);
}

describe('every collection can be asked for later, and is then the same as at once', () => {
  test.each(named((route) => isCollection(route)))('%s', async (_, route) => {
    const path = pathOf(route, fixture.params)
    if (route.operation.id === 'jobs_get' || route.operation.id === 'events_get') {
      // Asking makes a job, and time passes: it can't be the same.
      return expect(
        (await fileOf(fixture.owner, await startJob(fixture.owner, path))).length,
      ).toBeGreaterThan(0)
    }
    await eventually(async () => {
      const now = expectStatus(await fixture.owner.get(path), 200)
      const job = await startJob(fixture.owner, path)
      expect(await fileOf(fixture.owner, job)).toEqual(now)
    })
  })
})

test('the answers are what clients read: a relative Location, whole seconds, a job and a file', async () => {
  const { owner, ...own } = await makeOrganization()
  const label = await makeLabel({ owner, ...own }, 'role', 'Web')
  await makeLabel({ owner, ...own }, 'app', 'Shop')
  const accepted = await owner.ask('GET', orgPath(own, '/labels?key=role'), {
    headers: { Prefer: 'wait=10, Respond-Async;x=1' },
  })
  expect([accepted.status, accepted.text, accepted.headers.get('Retry-After')]).toEqual([202, '', '1'])
  const location = accepted.headers.get('Location') ?? ''
  expect(location).toMatch(new RegExp(`^/orgs/${own.id}/jobs/[0-9a-f-]{36}$`))
  const job = await eventually(async () => {
    const found = expectStatus(await owner.get(API + location), 200)
    expect(found.status).toBe('done')
    return found
  })
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/)
  expect(job).toEqual({
    href: location,
    job_type: ':illumio/async_requests',
    description: `/orgs/${own.id}/labels`,
    status: 'done',
    result: { href: location.replace('jobs', 'datafiles') },
    requested_at: time,
    terminated_at: time,
    requested_by: { href: expect.stringMatching(/^\/users\/\d+$/) },
  })
  const file = await owner.get(`${API}${job.result.href}?filename=labels.json`)
  expect(expectStatus(file, 200)).toMatchObject([{ href: label }])
  // It may be fetched again, and what changed since does not show.
  expectStatus(await owner.delete(API + label), 204)
  expect((await owner.get(API + job.result.href)).text).toBe(file.text)
  expect(expectStatus(await owner.get(orgPath(own, '/jobs')), 200)).toEqual([job])
  expect(expectStatus(await owner.get(orgPath(own, '/jobs?job_type=other')), 200)).toEqual([])
})

test('what the collection refuses is refused at once, and no job is made', async () => {
  const { owner, ...own } = await makeOrganization()
  for (const query of ['max_results=x', 'labels=[[["', 'labels=["/orgs/0/labels/1"]']) {
    const refused = await owner.ask('GET', orgPath(own, `/workloads?${query}`), ASYNC)
    expect([refused.status, refused.headers.get('Location')]).toEqual([406, null])
  }
  expectArray(await ask('GET', orgPath(own, '/labels'), ASYNC), 401, 'authentication_error')
  const viewer = await makeMember(own.id, 'illumio:ruleset_viewer')
  expectArray(await viewer.ask('GET', orgPath(own, '/pairing_profiles'), ASYNC), 403, 'authorization_error')
  expect(
    await env.DB.prepare('SELECT count(*) AS n FROM jobs WHERE organization_id = ?').bind(own.id).first('n'),
  ).toBe(0)
})

test('who prefers it for anything but a collection is answered at once', async () => {
  const { owner, ...own } = await makeOrganization()
  const body = { key: 'role', value: 'Web' }
  const made = await owner.ask('POST', orgPath(own, '/labels'), { body, ...ASYNC })
  const { href } = expectStatus(made, 201)
  expect((await owner.ask('GET', API + href, ASYNC)).status).toBe(200)
  expect((await owner.ask('GET', `${API}/health`, ASYNC)).status).toBe(200)
})

describe('more than one answer holds', () => {
  test('labels: without max_results all of them, though a list alone gives 500', async () => {
    const { owner, ...own } = await makeOrganization()
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
       INSERT INTO labels (organization_id, key, value, value_folded, created_at, created_by, updated_at, updated_by)
       SELECT ?, 'role', 'v' || i, 'v' || i, 0, '{"kind":"system"}', 0, '{"kind":"system"}' FROM n`,
    )
      .bind(own.id)
      .run()
    expect(expectStatus(await owner.get(orgPath(own, '/labels')), 200)).toHaveLength(500)
    const all = await fileOf(owner, await startJob(owner, orgPath(own, '/labels')))
    expect(new Set(all.map(({ href }) => href)).size).toBe(1_200)
    const some = await startJob(owner, orgPath(own, '/labels?max_results=700'))
    expect(await fileOf(owner, some)).toHaveLength(700)
  })

  test('workloads: slice after slice, in several pages, each once and in order', async () => {
    const organization = await makeOrganization()
    const { owner } = organization
    await pairMany(organization, 2_100)
    const job = await startJob(owner, orgPath(organization, '/workloads'))
    expect((await storedJob(idOf(job))).pages).toBeGreaterThan(1)
    const names = (await fileOf(owner, job)).map(({ hostname }) => hostname)
    expect(names).toEqual(hostnames(2_100))
    const some = await startJob(owner, orgPath(organization, '/vens?max_results=750'))
    expect(await fileOf(owner, some)).toHaveLength(750)
    const none = await startJob(owner, orgPath(organization, '/vens?max_results=0'))
    expect(await fileOf(owner, none)).toEqual([])
  })
})

describe('a job is its requester’s alone', () => {
  test('another member of the organization, and another organization, find nothing', async () => {
    const { owner, ...own } = await makeOrganization()
    const job = await startJob(owner, orgPath(own, '/labels'))
    const colleague = await makeMember(own.id, 'illumio:owner')
    const stranger = await makeOrganization()
    for (const href of [job.href, job.result.href]) {
      expectNoBody(await colleague.get(API + href), 404)
      expectArray(await stranger.owner.get(API + href), 403, 'authorization_error')
      expectNoBody(await stranger.owner.get(API + href.replace(`/${own.id}/`, `/${stranger.id}/`)), 404)
      expectArray(await ask('GET', API + href), 401, 'authentication_error')
    }
    expectNoBody(await colleague.delete(API + job.href), 404)
    expect(expectStatus(await colleague.get(orgPath(own, '/jobs')), 200)).toEqual([])
    expect((await owner.get(API + job.result.href)).status).toBe(200)
  })

  test('who may not list the collection any more may not read its file', async () => {
    const { id } = await makeOrganization()
    const member = await makeMember(id, 'illumio:read_only')
    const job = await startJob(member, orgPath({ id }, '/pairing_profiles'))
    expect(await fileOf(member, job)).toHaveLength(1)
    await env.DB.prepare(
      `UPDATE grants SET role = 'illumio:ruleset_viewer' WHERE principal_id IN
       (SELECT requester FROM jobs WHERE id = ?)`,
    )
      .bind(idOf(job))
      .run()
    expectArray(await member.get(API + job.result.href), 403, 'authorization_error')
  })

  test('deleted, it is gone with its file', async () => {
    const { owner, ...own } = await makeOrganization()
    const job = await startJob(owner, orgPath(own, '/pairing_profiles'))
    const page = `job:${idOf(job)}:0`
    expect(await env.PAGES.get(page)).toContain('"Default"')
    expectStatus(await owner.delete(API + job.href), 204)
    for (const href of [job.href, job.result.href]) expectNoBody(await owner.get(API + href), 404)
    expectNoBody(await owner.delete(API + job.href), 404)
    expect(await env.PAGES.get(page)).toBeNull()
  })

  test('a page lives a day, and so does its job', async () => {
    const { owner, ...own } = await makeOrganization()
    const before = Math.floor(Date.now() / 1_000)
    const job = await startJob(owner, orgPath(own, '/pairing_profiles'))
    const { keys } = await env.PAGES.list({ prefix: `job:${idOf(job)}:` })
    expect(keys).toHaveLength(1)
    expect(keys[0]?.expiration).toBeGreaterThanOrEqual(before + 86_400)
    await setJob(idOf(job), 'expires_at = ?', Date.now() - 1)
    for (const href of [job.href, job.result.href]) expectNoBody(await owner.get(API + href), 404)
    // The requester's next one sweeps it out; the housekeeper does so for who never comes back.
    await startJob(owner, orgPath(own, '/labels'))
    expect(await env.DB.prepare('SELECT 1 FROM jobs WHERE id = ?').bind(idOf(job)).first()).toBeNull()
  })

  test(`at most ${MAX_JOBS_OF_REQUESTER} at a time, in the words that clients look for`, async () => {
    const { owner, ...own } = await makeOrganization()
    const job = await startJob(owner, orgPath(own, '/labels'))
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO jobs SELECT id || i, organization_id, requester, requested_by, subject, permission, state,
         requested_at, ended_at, expires_at, pages, NULL, NULL, 0 FROM jobs, n WHERE id = ?`,
    )
      .bind(MAX_JOBS_OF_REQUESTER - 1, idOf(job))
      .run()
    const refused = await owner.ask('GET', orgPath(own, '/labels'), ASYNC)
    expectArray(refused, 406, 'object_limit_hard_limit_reached')
    expectStatus(await owner.delete(API + job.href), 204)
    expect((await owner.ask('GET', orgPath(own, '/labels'), ASYNC)).status).toBe(202)
  })
})

describe('a job ends, whatever happens', () => {
  test('one that was not done within an hour has failed, and is made no more', async () => {
    const { owner, ...own } = await makeOrganization()
    const waiting = await waitingJob({ owner, ...own }, '/labels')
    const asked = Date.now() - JOB_DEADLINE_MILLISECONDS + 60_000
    await setJob(waiting.id, 'requested_at = ?', asked)
    const running = await owner.get(API + waiting.href)
    expect([running.json, running.headers.get('Retry-After')]).toMatchObject([{ status: 'running' }, '1'])
    expectNoBody(await owner.get(API + waiting.href.replace('jobs', 'datafiles')), 404)
    await setJob(waiting.id, 'requested_at = ?', asked - 60_000)
    const failed = expectStatus(await owner.get(API + waiting.href), 200)
    expect(failed).toMatchObject({ status: 'failed', result: { token: 'job_failed' } })
    expect(typeof failed.result.message).toBe('string')
    await finishAll(own.id)
    expect((await storedJob(waiting.id)).state).toBe('failed')
    expect(expectStatus(await owner.get(API + waiting.href), 200)).toMatchObject({ status: 'failed' })
  })

  test('one whose pages cannot be stored is tried three times, and has failed then', async () => {
    const { owner, ...own } = await makeOrganization()
    const waiting = await waitingJob({ owner, ...own }, '/pairing_profiles')
    let tries = 0
    const put = async () => {
      tries += 1
      throw new Error('no space')
    }
    const pages = { ...createPageStore(env.PAGES), put }
    const broken = await runnerOf({ pages })
    for (let attempt = 0; attempt < 3; attempt++) await expect(broken(own.id)).rejects.toThrow('no space')
    expect(await broken(own.id)).toBe(0)
    expect(await broken(own.id)).toBeNull()
    expect(tries).toBe(3)
    expect(expectStatus(await owner.get(API + waiting.href), 200)).toMatchObject({
      status: 'failed',
      terminated_at: expect.any(String),
    })
  })

  test('the object’s alarm throws nothing, and comes again', async () => {
    const stub = env.JOB_RUNNERS.getByName('broken')
    await runInDurableObject(stub, async (object, { storage }) => {
      await storage.put('organization', 1)
      Object.assign(object, { advance: () => Promise.reject(new Error('D1 is down')) })
      await object.alarm()
      expect(await storage.getAlarm()).toBeGreaterThan(0)
      await storage.deleteAlarm()
    })
  })

  test('one goes on where it was when its object is aborted midway', async () => {
    const organization = await makeOrganization()
    await pairMany(organization, 600)
    const waiting = await waitingJob(organization, '/workloads')
    const advance = await runnerOf()
    expect(await advance(organization.id)).toBeGreaterThan(0)
    expect(await storedJob(waiting.id)).toMatchObject({ state: 'running', pages: 1 })
    const first = await env.PAGES.get(`job:${waiting.id}:0`)
    await createJobRunner(env.JOB_RUNNERS).wake(organization.id)
    await abortAllDurableObjects()
    const job = await eventually(async () => {
      const found = expectStatus(await organization.owner.get(API + waiting.href), 200)
      expect(found.status).toBe('done')
      return found
    })
    const names = (await fileOf(organization.owner, job)).map(({ hostname }) => hostname)
    expect(names).toEqual(hostnames(600))
    expect(await env.PAGES.get(`job:${waiting.id}:0`)).toBe(first)
  })

  test('one whose requester may list the collection no more, or is gone, has failed and leaves no page', async () => {
    const organization = await makeOrganization()
    const { id } = organization
    await pairMany(organization, 600)
    const advance = await runnerOf()
    for (const change of [
      "UPDATE grants SET role = 'illumio:none' WHERE principal_id = ?",
      'DELETE FROM principals WHERE id = ?',
    ]) {
      const member = await makeMember(id, 'illumio:read_only')
      const waiting = await waitingJob({ id, owner: member }, '/workloads')
      await advance(id)
      expect(await env.PAGES.get(`job:${waiting.id}:0`)).not.toBeNull()
      const { requester } = await storedJob(waiting.id)
      await env.DB.prepare(change).bind(requester).run()
      await finishAll(id)
      expect(await storedJob(waiting.id)).toMatchObject({ state: 'failed', pages: 0, asked: null })
      expect(await env.PAGES.get(`job:${waiting.id}:0`)).toBeNull()
    }
  })

  test('one that is deleted while a page of it is written leaves no page', async () => {
    const organization = await makeOrganization()
    const { id, owner } = organization
    await pairMany(organization, 600)
    const waiting = await waitingJob(organization, '/workloads')
    const store = createPageStore(env.PAGES)
    const put = async (name: string, text: string, seconds: number) => {
      await store.put(name, text, seconds)
      if (name.endsWith(':1')) expectStatus(await owner.delete(API + waiting.href), 204)
    }
    const advance = await runnerOf({ pages: { ...store, put } })
    await finishAll(id, advance)
    expect((await env.PAGES.list({ prefix: `job:${waiting.id}:` })).keys).toEqual([])
    expectNoBody(await owner.get(API + waiting.href), 404)
  })

  test('a file of which a page is lost breaks off, and never looks whole', async () => {
    const { owner, ...own } = await makeOrganization()
    const job = await startJob(owner, orgPath(own, '/pairing_profiles'))
    await env.PAGES.delete(`job:${idOf(job)}:0`)
    await expect(owner.get(API + job.result.href)).rejects.toThrow()
  })
})

describe('an organization’s jobs are made one after the other', () => {
  test('in the order in which they were asked for, for all requesters', async () => {
    const organization = await makeOrganization()
    const { id } = organization
    await pairMany(organization, 600)
    const member = await makeMember(id, 'illumio:owner')
    const jobs = []
    for (const owner of [organization.owner, member, organization.owner]) {
      jobs.push(await waitingJob({ id, owner }, '/workloads'))
    }
    for (const [n, job] of jobs.entries()) await setJob(job.id, 'requested_at = ?', Date.now() - 1_000 + n)
    const advance = await runnerOf()
    const seen: string[] = []
    while ((await advance(id)) !== null) {
      const states = await Promise.all(jobs.map(async ({ id: job }) => await storedJob(job)))
      expect(
        states.filter(({ state, pages }) => state === 'running' && Number(pages) > 0).length,
      ).toBeLessThan(2)
      seen.push(states.map(({ state }) => (state === 'done' ? 'd' : 'r')).join(''))
    }
    expect([...new Set(seen)]).toEqual(['rrr', 'drr', 'ddr', 'ddd'])
  })

  test('another organization’s job does not wait for them', async () => {
    const busy = await makeOrganization()
    const waiting = await waitingJob(busy, '/labels')
    const { owner, ...own } = await makeOrganization()
    await startJob(owner, orgPath(own, '/labels'))
    expect(await storedJob(waiting.id)).toMatchObject({ state: 'running', attempts: 0 })
    // What another of its members asks for wakes it.
    const member = await makeMember(busy.id, 'illumio:owner')
    await startJob(member, orgPath(busy, '/labels'))
    expect(await storedJob(waiting.id)).toMatchObject({ state: 'done' })
  })

  test(`at most ${MAX_RUNNING_JOBS_OF_ORGANIZATION} wait, of all its members together`, async () => {
    const organization = await makeOrganization()
    const { id } = organization
    const waiting = await waitingJob(organization, '/labels')
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO jobs SELECT id || i, organization_id, -i, requested_by, subject, permission, state,
         requested_at, ended_at, expires_at, pages, asked, position, 0 FROM jobs, n WHERE id = ?`,
    )
      .bind(MAX_RUNNING_JOBS_OF_ORGANIZATION - 1, waiting.id)
      .run()
    const member = await makeMember(id, 'illumio:owner')
    const refused = await member.ask('GET', orgPath({ id }, '/labels'), ASYNC)
    expectArray(refused, 406, 'object_limit_hard_limit_reached')
    // The others' requesters do not exist: they fail, and the queue is free again.
    await finishAll(id)
    await startJob(member, orgPath({ id }, '/labels'))
  })
})

test('what lists, makes and forgets jobs is served by an index', async () => {
  const plan = async (sql: string) => {
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>()
    return results.map(({ detail }) => detail).join('; ')
  }
  const own = 'organization_id = 1 AND requester = 1'
  expect(
    await plan(
      `SELECT * FROM jobs WHERE ${own} AND expires_at > 1 ORDER BY requested_at DESC, id DESC LIMIT 5`,
    ),
  ).toContain('USING INDEX jobs_of_requester')
  expect(await plan(`DELETE FROM jobs WHERE ${own} AND expires_at <= 1`)).toContain('jobs_of_requester')
  expect(await plan('SELECT id FROM jobs WHERE expires_at <= 1 LIMIT 5')).toContain('jobs_expired')
  const [begin] = await plansOf(env.DB, (db) => createJobStore(db).begin(1))
  expect(begin).toContain('jobs_running')
  const store = createJobStore(env.DB)
  await env.DB.exec('UPDATE jobs SET expires_at = 1')
  expect(await store.removeExpired(2, 1)).toBe(1)
})
