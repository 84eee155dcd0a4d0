import { beforeAll, describe, expect, test } from 'vitest'
import { PAIR_SCRIPT } from '../../../src/dialects/illumio/pair-script/script.ts'
import { ask, makeMember, makeOrganization, type Organization } from '../../support/organization.ts'
import { API, expectStatus, makeProfile, orgPath } from '../../support/pairing.ts'

let organization: Organization
beforeAll(async () => {
  organization = await makeOrganization()
})

test('the version has integers between its dots, and an integer build', async () => {
  const { version, build } = expectStatus(await organization.owner.get(`${API}/product_version`), 200)
  expect(version).toMatch(/^[0-9]+\.[0-9]+\.[0-9]+$/)
  expect(build).toBe(2)
})

test('noop is {} for every authenticated caller', async () => {
  expect(expectStatus(await organization.owner.get(`${API}/noop`), 200)).toEqual({})
  expect((await ask('GET', `${API}/noop`)).status).toBe(401)
})

test('node_available needs no credential, and has no body', async () => {
  const answer = await ask('GET', `${API}/node_available`)
  expect(answer).toMatchObject({ status: 200, text: '' })
})

test('settings/workloads is there for every member (A1), and has the required four', async () => {
  const path = orgPath(organization, '/settings/workloads')
  for (const role of ['workload_manager', 'ruleset_viewer', 'read_only']) {
    const member = await makeMember(organization.id, `illumio:${role}`)
    const settings = expectStatus(await member.get(path), 200)
    expect(settings.workload_disconnected_timeout_seconds).toEqual([
      { scope: [], value: 3_600, ven_type: 'server' },
      { scope: [], value: 3_600, ven_type: 'endpoint' },
    ])
    for (const name of [
      'workload_goodbye_timeout_seconds',
      'workload_disconnected_notification_seconds',
      'ven_uninstall_timeout_hours',
    ]) {
      expect(settings[name]).toHaveLength(2)
    }
  }
})

test('a principal without a role is no member', async () => {
  const roleless = await makeMember(organization.id)
  expect((await roleless.get(orgPath(organization, '/settings/workloads'))).status).toBe(403)
})

describe('the pairing script', () => {
  const image = (version: string, query: string) => ask('GET', `/api/${version}/software/ven/image?${query}`)
  let id: string
  beforeAll(async () => {
    id = (await makeProfile(organization)).split('/').at(-1) ?? ''
  })

  test.each(['v2', 'v6', 'v18', 'v27'])('is there for %s, without a credential', async (version) => {
    const answer = await image(version, `pair_script=pair.sh&profile_id=${id}`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')).toBe('text/plain')
    expect(answer.text).toBe(PAIR_SCRIPT)
    expect(answer.text).toMatch(/^#!\/bin\/sh\n/)
  })

  test('doubled slashes are one', async () => {
    const answer = await ask('GET', `//api/v18//software/ven/image?pair_script=pair.sh&profile_id=${id}`)
    expect(answer.status).toBe(200)
  })

  test.each([
    ['v18', 'pair_script=pair.ps1&profile_id=ID'],
    ['v18', 'pair_script=pair.sh'],
    ['v18', 'profile_id=ID'],
    ['v18', 'pair_script=pair.sh&profile_id=0'],
    ['v18', 'pair_script=pair.sh&profile_id=ID0000000000000'],
    ['v18', 'pair_script=pair.sh&profile_id=-1'],
    ['vx', 'pair_script=pair.sh&profile_id=ID'],
    ['18', 'pair_script=pair.sh&profile_id=ID'],
  ])('%s ?%s is not there', async (version, query) => {
    expect((await image(version, query.replace('ID', id))).status).toBe(404)
  })

  test('the script for Windows is not there, and the answer says so in plain text', async () => {
    const answer = await image('v18', `pair_script=pair.ps1&profile_id=${id}`)
    expect([answer.status, answer.headers.get('Content-Type')]).toEqual([404, 'text/plain'])
    expect(answer.text).toContain('There is no pair.ps1')
  })

  test('it is the same for every number: nobody learns from it which profiles exist', async () => {
    const deleted = await makeProfile(organization)
    expectStatus(await organization.owner.delete(API + deleted), 204)
    const answers = await Promise.all(
      [id, deleted.split('/').at(-1), '1', '2147483647'].map((number) =>
        image('v18', `pair_script=pair.sh&profile_id=${number}`),
      ),
    )
    for (const { status, text } of answers) expect([status, text]).toEqual([200, PAIR_SCRIPT])
  })

  test('other paths of other versions are not there', async () => {
    for (const path of ['/api/v1/health', '/api/v18/health', '/api/v3/orgs/1/labels', '/api', '/api/v2x']) {
      expect((await organization.owner.get(path)).status).toBe(404)
    }
  })
})
