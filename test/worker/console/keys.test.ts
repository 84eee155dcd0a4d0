/** Keys and profiles in the console: what each page shows, and what its forms do. */
import { beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '../../../src/core/kernel/encoding.ts'
import { type Page, signedIn } from '../../support/console-client.ts'
import { anyone, eventually, newClaim } from '../../support/native-client.ts'
import { expectStatus } from '../../support/pairing.ts'

let owner: Awaited<ReturnType<typeof signedIn>>
let profile: string

const NEW = { uses: '1', ends: '7d', hold: 'off', approve_by: 'user' }

beforeAll(async () => {
  owner = await signedIn()
  const made = await owner.browser.post('/console/profiles', { name: 'Web <tier>' })
  profile = made.headers.get('Location')?.split('/').at(-1) ?? ''
})

/** A new key, and its code as the page shows it once. */
async function createKey(fields: Readonly<Record<string, string>>) {
  const page = await owner.browser.post('/console/keys', { ...NEW, profile_id: profile, ...fields })
  expect(page.status).toBe(200)
  const code = /<span class="clear" id="secret">(lk_[\w-]+)<\/span>/.exec(page.text)?.[1] ?? ''
  const id = /\/console\/keys\/(key_\d+)\/first/.exec(page.text)?.[1] ?? ''
  return { page, code, id, path: `/console/keys/${id}` }
}

async function enroll(code: string, hostname: string) {
  const answer = await anyone('POST', '/v1/enroll', { code, claim: newClaim(), hostname })
  return answer.status
}

async function textOf(path: string): Promise<string> {
  const page = await owner.browser.get(path)
  expect(page.status).toBe(200)
  return page.text
}

/** The answer that the page offers to copy. */
function jsonIn(text: string): unknown {
  const json = /<pre id="json">(.*?)<\/pre>/s.exec(text)?.[1] ?? ''
  return JSON.parse(json.replaceAll('&quot;', '"'))
}

function errorOf(page: Page, field: string): string | undefined {
  return new RegExp(`id="${field}-error">.*?</svg>([^<]*)`).exec(page.text)?.[1]
}

test('a profile is made and shown, whatever its name has', async () => {
  expect(profile).toMatch(/^prf_\d+$/)
  const page = await textOf(`/console/profiles/${profile}`)
  expect(page).toContain('<h1>Web &lt;tier&gt;</h1>')
  expect(page).not.toContain('<tier>')
  expect(await textOf('/console/profiles')).toContain('Web &lt;tier&gt;')
})

describe('a new key', () => {
  test('comes with one line that runs the install script, and with the SHA-256 of what that line fetches', async () => {
    const { page } = await createKey({ name: 'installed' })
    expect(page.text).toContain('/i | sh -s -- --code-file key.txt')
    const script = await owner.browser.get('/i')
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script.text))
    expect(page.text).toContain(toHex(new Uint8Array(hash)))
  })

  test('shows its code in the answer to the form, once, and nowhere else', async () => {
    const { page, code, path } = await createKey({ name: 'shown once', uses: 'n', max_uses: '3' })
    expect(code).toHaveLength(57)
    expect(page.headers.get('Location')).toBeNull()
    expect([...page.headers].join()).not.toContain(code)
    expect(page.headers.get('Cache-Control')).toContain('no-store')
    for (const other of [path, `${path}/settings`, '/console/keys', `${path}/first`]) {
      expect(await textOf(other)).not.toContain(code.slice(3))
    }
  })

  test('waits for its first machine, and then says which it was', async () => {
    const { code, path } = await createKey({ name: 'first machine', uses: 'n', max_uses: '3' })
    const first = () => owner.browser.get(`${path}/first`, { headers: { 'HX-Request': 'true' } })
    expect((await first()).text).toMatch(/^<section class="panel" id="first".*Waiting for the first machine/)
    expect(await enroll(code, 'web-01')).toBe(201)
    const seen = await eventually(async () => {
      const { text } = await first()
      return text.includes('enrolled') ? text : undefined
    })
    expect(seen).toContain('web-01')
    expect(seen).toContain('Use 1 of 3')
    expect(seen).not.toContain('hx-trigger')
  })

  test('is refused beside its fields, with what was typed, and is not made', async () => {
    const page = await owner.browser.post('/console/keys', {
      ...NEW,
      ...{ profile_id: profile, name: 'not made', uses: 'u', from: '10.0.0.0/8\nnowhere' },
    })
    expect(page.status).toBe(422)
    expect(page.text).toContain('Nothing was changed')
    expect(errorOf(page, 'from')).toBe('Line 2: “nowhere” is not an address range. Example: 10.20.0.0/16')
    expect(errorOf(page, 'reason')).toContain('Say why it has no limit')
    expect(page.text).toContain('value="not made"')
    expect(await textOf('/console/keys?q=not+made&state=all')).toContain('No key passes these filters')
  })

  test('beyond the ceilings of its profile is refused by the ledger, beside the field', async () => {
    const made = await owner.browser.post('/console/profiles', { name: 'Small', max_uses: '5' })
    const small = made.headers.get('Location')?.split('/').at(-1) ?? ''
    const fields = { ...NEW, profile_id: small, name: 'too many', uses: 'n', max_uses: '6' }
    const page = await owner.browser.post('/console/keys', fields)
    expect([page.status, errorOf(page, 'max_uses')]).toEqual([422, 'The profile allows at most 5.'])
  })

  test('is described in a sentence while its form is filled in', async () => {
    const query = new URLSearchParams({
      ...NEW,
      profile_id: profile,
      uses: 'n',
      max_uses: '25',
      from: '10.20.0.0/16',
    })
    const { text } = await owner.browser.get(`/console/keys/new?${query}`, {
      headers: { 'HX-Request': 'true' },
    })
    expect(text).toMatch(/^<aside class="means/)
    expect(text).toContain('<b>25 machines</b> may enroll')
    expect(text).toContain('only from <b>10.20.0.0/16</b>')
    expect(text).toContain('--from 10.20.0.0/16')
  })
})

test('the list shows keys that let a machine in, says that others are hidden, and counts them', async () => {
  const spent = await createKey({ name: 'list spent' })
  await createKey({ name: 'list usable' })
  expect(await enroll(spent.code, 'one')).toBe(201)
  const text = await eventually(async () => {
    const page = await textOf('/console/keys?q=list')
    return page.includes('list spent') ? undefined : page
  })
  expect(text).toContain('list usable')
  expect(text).toContain('are hidden.')
  expect(text).toContain('href="/console/keys?q=list&amp;state=all"')
  expect(await textOf('/console/keys?q=list&state=all')).toContain('list spent')
  const counted = await owner.browser.get('/console/keys/count?q=list', { headers: { 'HX-Request': 'true' } })
  expect(counted.text).toContain('1 key. 1 hidden by “usable”.')
})

test('pages of the list follow each other without a gap', async () => {
  const names = Array.from({ length: 27 }, (_, i) => `paged ${String(i).padStart(2, '0')}`)
  for (const name of names) {
    await owner.client.post('/v1/keys', { profile_id: profile, name, max_uses: 1, lifetime_seconds: 600 })
  }
  const first = await textOf('/console/keys?q=paged&sort=name')
  const next = /href="([^"]*cursor=[^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const second = await textOf(next)
  const shown = [first, second].map((page) =>
    [...page.matchAll(/title="(paged \d\d)"/g)].map(([, name]) => name),
  )
  expect(shown.flat()).toEqual(names)
})

test('a key is disabled, enabled and extended, and each says so and can be taken back', async () => {
  const { path } = await createKey({ name: 'switched' })
  const disabled = await owner.browser.follow(`${path}/disable`)
  expect(disabled.text).toContain('Disabled “switched”. No new machine gets in.')
  expect(disabled.text).toContain(`action="${path}/enable"`)
  expect((await owner.browser.follow(`${path}/enable`)).text).toContain('Enabled “switched”.')
  const extended = await owner.browser.follow(`${path}/extend`, { days: '7' })
  expect(extended.text).toContain('Extended “switched” by 7 days.')
  expect(extended.text).toContain('ends <time')
  const until = /name="until" value="([^"]+)"/.exec(extended.text)?.[1] ?? ''
  await owner.browser.post(`${path}/extend`, { until })
  const key = await owner.client.get(path.replace('/console', '/v1'))
  expect(key.json).toMatchObject({ expires_at: until, enabled: true })
})

test('saving the settings changes what was changed, and no time by a second', async () => {
  const { path } = await createKey({ name: 'settings', uses: 'n', max_uses: '4', labels: 'env=prod' })
  const before = await owner.client.get(path.replace('/console', '/v1'))
  const form = await textOf(`${path}/settings`)
  const ends_at = /name="ends_at"[^>]*value="([^"]+)"/.exec(form)?.[1] ?? ''
  expect(ends_at).not.toBe('')
  const fields = {
    ...NEW,
    name: 'settings',
    uses: 'n',
    max_uses: '5',
    labels: 'env=prod',
    ends: 'date',
    ends_at,
  }
  const page = await owner.browser.follow(`${path}/settings`, fields)
  expect(page.text).toContain('Changed “settings”.')
  const { updated_at, max_uses, uses_left, ...same } = before.json as Record<string, unknown>
  const after = await owner.client.get(path.replace('/console', '/v1'))
  expect(after.json).toMatchObject({ ...same, max_uses: 5 })
  expect([max_uses, uses_left, typeof updated_at]).toEqual([4, 4, 'string'])
})

test('an explanation marks the rule that decides, and a claim stands in no URL', async () => {
  const { path } = await createKey({ name: 'explained', from: '10.20.0.0/16' })
  const outside = await textOf(`${path}/explain?address=198.51.100.200`)
  expect(outside).toContain('Refused: address not allowed')
  expect(outside).toMatch(/<li class="no">.*?Address is allowed by profile and key/)
  expect(outside).toContain('Allow 198.51.100.200 on this key')
  expect(jsonIn(outside)).toMatchObject({
    key_id: path.split('/').at(-1),
    address: '198.51.100.200',
    decision: 'refused',
    reason: 'address_not_allowed',
  })
  const claim = newClaim()
  const inside = await owner.browser.post(`${path}/explain`, {
    address: '10.20.0.1',
    claim,
    intent: 'enroll',
  })
  expect([inside.status, inside.headers.get('Location')]).toEqual([200, null])
  expect(inside.text).toContain('It would enroll')
  expect(jsonIn(inside.text)).toMatchObject({ decision: 'new', reason: null })
  expect(JSON.stringify(jsonIn(inside.text))).not.toContain(claim)
  const bad = await owner.browser.post(`${path}/explain`, { address: 'here' })
  expect([bad.status, errorOf(bad, 'address')]).toEqual([
    422,
    '“here” is not an address. Example: 10.20.4.17',
  ])
  const allowed = await owner.browser.follow(`${path}/allow`, { address: '198.51.100.200' })
  expect(allowed.text).toContain('Allowed 198.51.100.200 on “explained”.')
  expect(await textOf(`${path}/explain?address=198.51.100.200`)).toContain('It would enroll')
})

test('what was refused is shown by reason, and leads to its explanation', async () => {
  const { code, path } = await createKey({ name: 'refused' })
  expect(await enroll(code, 'one')).toBe(201)
  for (let i = 0; i < 3; i++) expect(await enroll(code, `more ${i}`)).not.toBe(201)
  const page = await textOf(`${path}/refused`)
  expect(page).toMatch(/Key spent<\/td><td role="cell" class="r num">3</)
  expect(page).toContain('role="img" aria-label="Refusals by minute')
  expect(page).toContain(`${path}/explain`)
})

test('the machines that a key expects are added, shown as missing or filled, refilled and removed', async () => {
  const { code, id, path } = await createKey({ name: 'expecting', uses: 'n', max_uses: '5' })
  expect(await textOf(`${path}/slots`)).toContain('It expects no machine in particular')
  const post = (fields: Readonly<Record<string, string>>) => owner.browser.post(`${path}/slots`, fields)
  const wrong = await post({ by: 'hostname', values: `web-1\n${'x'.repeat(256)}` })
  expect([wrong.status, errorOf(wrong, 'values')]).toEqual([422, `“${'x'.repeat(64)}” is not valid.`])
  const added = await owner.browser.follow(`${path}/slots`, {
    by: 'hostname',
    values: 'WEB-1\r\nweb-2 <b>\r\n',
  })
  expect(added.text).toContain('Added 2 machines. The key expects 2.')
  expect(added.text).toContain('web-2 &lt;b&gt;')
  expect(await enroll(code, 'web-3')).toBe(401)
  expect(await enroll(code, 'web-1')).toBe(201)
  const page = await textOf(`${path}/slots`)
  expect(page).toContain('1 filled, 1 missing.')
  expect(page).not.toContain(`${path}/slots/refill`)
  const missing = await textOf(`${path}/slots?state=missing`)
  expect(missing).toContain('title="web-2 &lt;b&gt;"')
  expect(missing).not.toContain('title="web-1"')
  const explained = await owner.browser.post(`${path}/explain`, { hostname: 'web-1', intent: 'enroll' })
  expect(explained.text).toContain('refill it')
  const revocation = { since: '2020-01-01T00:00:00Z', and_key: 'keep' }
  expect((await owner.client.post(`/v1/keys/${id}/revoke-agents`, revocation)).status).toBe(200)
  const { items } = expectStatus(await owner.client.get(`/v1/keys/${id}/slots`), 200)
  const [{ id: first }, { id: second }] = items
  const refilled = await owner.browser.follow(`${path}/slots/refill`, { slot: first })
  expect(refilled.text).toContain('“web-1” is missing again')
  const removed = await owner.browser.follow(`${path}/slots/remove`, { slot: second })
  expect(removed.text).toContain('0 filled, 1 missing.')
})

describe('revoking', () => {
  test('says what ends and what goes on, counts the agents first, and asks for the name and the password', async () => {
    const { code, path } = await createKey({ name: 'leaked', uses: 'n', max_uses: '5' })
    for (const host of ['a', 'b']) expect(await enroll(code, host)).toBe(201)
    const plain = await textOf(`${path}/revoke`)
    expect(plain).toContain('This cannot be undone.')
    expect(plain).toContain('The agents that it made go on.')
    expect(plain).toContain('<div class="frame" inert')
    const counted = await textOf(`${path}/revoke?agents=hour`)
    expect(counted).toContain('Dry run: 2 agents')
    expect(counted).toContain('Revoke key and 2 agents')
    const wrong = await owner.browser.post(`${path}/revoke`, { agents: 'hour', confirm: 'other' })
    expect([wrong.status, errorOf(wrong, 'confirm')]).toEqual([
      422,
      'This is not “leaked”. Nothing was changed.',
    ])
    const without = await owner.browser.post(`${path}/revoke`, { agents: 'hour', confirm: 'leaked' })
    expect(without.status).toBe(422)
    expect(await owner.client.get(path.replace('/console', '/v1'))).toMatchObject({
      json: { state: 'active' },
    })
    const fields = { agents: 'hour', confirm: 'leaked', password: owner.password }
    expect((await owner.browser.follow(`${path}/revoke`, fields)).text).toContain(
      'Revoked “leaked” and 2 agents.',
    )
    const agents = await eventually(async () => {
      const page = await textOf(path)
      return page.match(/Revoked<\/span>/g)?.length === 3 ? page : undefined
    })
    expect(agents).not.toContain(`${path}/disable`)
  })

  test('several keys at once takes the password, and names how many', async () => {
    const keys = [await createKey({ name: 'many 1' }), await createKey({ name: 'many 2' })]
    const selected = keys.map(({ id }): [string, string] => ['key', id])
    const dialog = await owner.browser.post(
      '/console/keys/selected',
      new URLSearchParams([['do', 'revoke'], ...selected]),
    )
    expect(dialog.text).toContain('Revoke 2 keys')
    const without = await owner.browser.post('/console/keys/revoke', new URLSearchParams(selected))
    expect(without.status).toBe(422)
    const fields = new URLSearchParams([...selected, ['password', owner.password]])
    expect((await owner.browser.follow('/console/keys/revoke', fields)).text).toContain('Revoked 2 keys.')
    const again = new URLSearchParams([['do', 'disable'], ...selected])
    const failed = await owner.browser.follow('/console/keys/selected', again)
    expect(failed.text).toContain('Not changed: “many 1”: the key is revoked')
  })
})

test('the search finds a key by a part of its name', async () => {
  await createKey({ name: 'needle in the stack' })
  expect(await textOf('/console/search?q=NEEDLE')).toContain('needle in the stack')
  expect(await textOf('/console/search?q=nothing-of-that-name')).toContain('Nothing found')
})

test('a key of another organization is no key here', async () => {
  const other = await signedIn()
  const { path } = await createKey({ name: 'foreign' })
  for (const part of ['', '/slots', '/refused', '/explain', '/settings', '/revoke', '/first']) {
    expect((await other.browser.get(path + part)).status).toBe(404)
  }
  for (const verb of ['disable', 'extend', 'allow', 'resume']) {
    expect((await other.browser.post(`${path}/${verb}`, { address: '10.0.0.1', days: '7' })).status).toBe(404)
  }
})
