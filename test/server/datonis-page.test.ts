/** The vendor's page, command by command, with curl itself: bodies of GET and DELETE are sent as it sends them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { EXAMPLES, PAIRS, type ShownPair, WRITE_ONLY_KEY } from '../conformance/datonis/examples.ts'
import { openDatonis } from '../support/datonis-server.ts'
import { startTestServer } from '../support/server.ts'

const run = promisify(execFile)

/** Runs a command as it stands in a shell, and adds the status as a last line. */
async function curl(command: string): Promise<{ status: number; text: string }> {
  const { stdout } = await run('sh', ['-c', command.replace('curl ', 'curl -sS -w "\\n%{http_code}" ')])
  const at = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(at + 1)), text: stdout.slice(0, at) }
}

test('every command of the page answers what the page says, but for the differences that README.md lists', async () => {
  const server = await startTestServer()
  const operator = await openDatonis(server)
  await operator.call('PUT', '/api/v3/organisation', { organisation: { time_zone: 'Mumbai' } })
  const roles = new Map([['Agent', await operator.roleKey('Agent')]])
  for (const name of ['abc', 'Write Only']) {
    await operator.call('POST', '/api/v3/roles', { role: { name, abilities: [3] } })
    roles.set(name, await operator.roleKey(name))
  }
  // What this server gave, by what the page has in its place.
  const given = new Map([
    ['TOKEN', operator.token],
    ['https://api.datonis.io', server.url],
    [WRITE_ONLY_KEY, roles.get('Write Only') ?? ''],
  ])
  for (const pair of [PAIRS.t711, PAIRS['7d3t'], PAIRS.e98f]) {
    const { expiry_date, enabled, role_name } = pair
    const { access_key } = await operator.createPair({ expiry_date, enabled, role_key: roles.get(role_name) })
    given.set(pair.access_key, access_key)
  }
  const ours = (text: string) => [...given].reduce((whole, [page, own]) => whole.replaceAll(page, own), text)

  for (const { name, command, answer, areTimesText } of EXAMPLES) {
    const { status, text } = await curl(ours(command))
    expect([name, status]).toEqual([name, 200])
    const json = JSON.parse(text)
    if (answer.kind === 'pair' && answer.pair === PAIRS.created) {
      given.set(PAIRS.created.access_key, json.key_pair.access_key)
    }
    const time = areTimesText
      ? expect.stringMatching(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/)
      : expect.any(Number)
    const shown = ({ access_key, enabled, expiry_date, role_name }: ShownPair) => [
      ['access_key', ours(access_key)],
      ['enabled', enabled],
      ['expiry_date', expiry_date],
      ['secret_key', expect.stringMatching(/^[1-9a-ft]{40}$/)],
      ['key_pair_key', ours(access_key)],
      ['created_at', time],
      ['updated_at', time],
      ['role_name', role_name],
      ['role_key', roles.get(role_name)],
    ]
    // As lists of members, so that their order counts.
    if (answer.kind === 'empty') expect([name, text]).toEqual([name, '{}'])
    else if (answer.kind === 'pair') {
      expect([name, Object.keys(json)]).toEqual([name, ['key_pair']])
      expect([name, Object.entries(json.key_pair)]).toEqual([name, shown(answer.pair)])
    } else {
      expect([name, Object.keys(json)]).toEqual([name, ['total_count', 'page', 'key_pairs']])
      expect([name, json.total_count, json.page]).toEqual([name, answer.total, answer.page])
      const pairs = json.key_pairs.map((pair: object) => Object.entries(pair))
      expect([name, pairs]).toEqual([name, answer.pairs.map(shown)])
    }
  }

  // Bodies that the management client sends with every GET and DELETE, and one without a length of its own.
  const head = `curl -H "X-Auth-Token:${operator.token}"`
  const pairs = `${server.url}/api/v3/key_pairs`
  expect(
    JSON.parse((await curl(`${head} -X GET -d null '${pairs}?timestamp_format=int'`)).text).total_count,
  ).toBe(3)
  expect(
    JSON.parse((await curl(`${head} -X GET -H 'Transfer-Encoding: chunked' -d '{"per":1}' ${pairs}`)).text)
      .key_pairs,
  ).toHaveLength(1)
  const precedence = await curl(`${head} -X GET -d '{"page":"3","per":"1"}' '${pairs}?page=2'`)
  expect(JSON.parse(precedence.text)).toMatchObject({ page: '2', key_pairs: [{ role_name: 'abc' }] })
  const malformed = await curl(`${head} -X GET -d '{' ${pairs}`)
  expect([malformed.status, JSON.parse(malformed.text).errors[0].code]).toEqual([400, 'INVALID_JSON'])
  const last = given.get(PAIRS.t711.access_key)
  expect(await curl(`${head} -X DELETE -d null ${pairs}/${last}`)).toEqual({ status: 200, text: '{}' })
  await server.stop()
})
