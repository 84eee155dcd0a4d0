/** Text in both dialects: what can't be kept as it was sent is refused, and what is acknowledged comes back as sent. */
import { beforeAll, describe, expect, test } from 'vitest'
import { clientOf, newOrganization, type Organization } from '../support/native-client.ts'

let acme: Organization
let orgs: string
beforeAll(async () => {
  acme = await newOrganization()
  orgs = `/api/v2/orgs/${acme.id}`
})

const anyone = clientOf(null)
const BROKEN = ['\ud800', 'a\udc00b', 'a\u0000b', '\u0000']

async function newCode(): Promise<string> {
  const profile = await acme.owner('POST', `${orgs}/pairing_profiles`, { enabled: true })
  return (await acme.owner('POST', `/api/v2${profile.json.href}/pairing_key`, {})).json.activation_code
}

describe('half a surrogate pair, or NUL, is refused', () => {
  test.each<[string, (broken: string) => [path: string, body: object]]>([
    ['a label’s value', (value) => [`${orgs}/labels`, { key: 'role', value }]],
    ['a label’s set', (broken) => [`${orgs}/labels`, { key: 'app', value: 'x', external_data_set: broken }]],
    [
      'a label’s reference',
      (broken) => [`${orgs}/labels`, { key: 'app', value: 'x', external_data_reference: broken }],
    ],
    ...['name', 'description', 'external_data_set', 'external_data_reference', 'agent_software_release'].map(
      (member): [string, (broken: string) => [string, object]] => [
        `a pairing profile’s ${member}`,
        (broken) => [`${orgs}/pairing_profiles`, { enabled: true, [member]: broken }],
      ],
    ),
    ...['hostname', 'os_id', 'os_detail', 'os_platform', 'agent_version', 'uid'].map(
      (member): [string, (broken: string) => [string, object]] => [
        `a machine’s ${member}`,
        (broken) => ['/api/v2/agents/activate', { activation_code: 'x', [member]: broken }],
      ],
    ),
    [
      'an interface’s name',
      (name) => [
        '/api/v2/agents/activate',
        { activation_code: 'x', interfaces: [{ name, address: '192.0.2.1' }] },
      ],
    ],
    [
      'a label that a machine wishes for',
      (role) => ['/api/v2/agents/activate', { activation_code: 'x', overrides: { labels: { role } } }],
    ],
  ])('%s', async (_, request) => {
    for (const broken of BROKEN) {
      const [path, body] = request(broken)
      const answer = await acme.owner('POST', path, body)
      expect([answer.status, answer.json]).toEqual([
        406,
        [{ token: 'input_validation_error', message: expect.stringContaining('Control characters') }],
      ])
    }
  })

  test.each(['pairing_profiles?name', 'workloads?hostname', 'labels?value', 'labels?external_data_set'])(
    'a search: %s',
    async (path) => {
      expect((await acme.owner('GET', `${orgs}/${path}=%00`)).status).toBe(406)
      expect((await acme.owner('GET', `${orgs}/${path}=%0A%F0%9F%98%80`)).status).toBe(200)
    },
  )

  test('an organization’s name', async () => {
    for (const broken of BROKEN) {
      const body = { organization: broken, email: 'owner@test.example' }
      const token = { authorization: 'Bearer a-bootstrap-token-for-tests-only-0123456789' }
      expect((await anyone('POST', '/v1/bootstrap', body, token)).status).toBe(422)
    }
  })
})

test('facts of any text come back as they were sent, alone and in a list', async () => {
  const key = await acme.key({ max_uses: 1 })
  const facts = { 'a\u0000\ud800': ['\udc00', '\u0000', '😀'] }
  const { json } = await anyone('POST', '/v1/enroll', { code: key.code, facts })
  expect((await acme.owner('GET', `/v1/agents/${json.agent.id}`)).json.facts).toEqual(facts)
  // Whatever is changed by hand delivers all that the ledger had for D1.
  await acme.owner('PATCH', `/v1/keys/${key.id}`, { name: 'settled' })
  const [listed] = (await acme.owner('GET', `/v1/agents?key_id=${key.id}`)).json.items
  expect(listed.facts).toEqual(facts)
})

describe('a claim is the same thing everywhere', () => {
  test('22 to 256 whole characters, of whatever kind, are taken by both dialects, and explained', async () => {
    const uuid = crypto.randomUUID()
    for (const claim of [`Rechner Nr. 7, Straße ${uuid}`, `\u0000\n${uuid}`, '😀'.repeat(256)]) {
      const activation = { activation_code: await newCode(), claim }
      const first = await anyone('POST', '/api/v2/agents/activate', activation)
      const again = await anyone('POST', '/api/v2/agents/activate', activation)
      expect([first.status, again.status]).toEqual([201, 200])
      const agent = first.json.workload.href.split('/').at(-1)
      const { key_id } = (await acme.owner('GET', `/v1/agents/${agent}`)).json
      const explained = await acme.owner('POST', `/v1/keys/${key_id}/explain`, { claim })
      expect(explained.json).toMatchObject({ decision: 'repeat', agent_id: agent })

      const { code } = await acme.key({ max_uses: 1 })
      expect((await anyone('POST', '/v1/enroll', { code, claim })).status).toBe(201)
      expect((await anyone('POST', '/v1/enroll', { code, claim })).status).toBe(200)
    }
  })

  test('fewer, more, or half a character are refused by all', async () => {
    const key = await acme.key()
    const code = await newCode()
    for (const claim of ['c'.repeat(21), 'c'.repeat(257), `${'c'.repeat(22)}\ud800`]) {
      const activation = { activation_code: code, claim }
      expect((await anyone('POST', '/api/v2/agents/activate', activation)).status).toBe(406)
      expect((await anyone('POST', '/v1/enroll', { code: key.code, claim })).status).toBe(422)
      expect((await acme.owner('POST', `/v1/keys/${key.id}/explain`, { claim })).status).toBe(422)
    }
  })
})
