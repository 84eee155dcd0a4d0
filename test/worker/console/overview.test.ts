/** The overview: what is first on it, what it counts, and its live feed. */
import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { createFeed } from '../../../src/stores/durable/feed.ts'
import { type Browser, signedIn } from '../../support/console-client.ts'
import { anyone, type Client, clientOf, type Json } from '../../support/native-client.ts'

let browser: Browser
let operator: Client
let organization: number

beforeAll(async () => {
  const owner = await signedIn()
  browser = owner.browser
  organization = owner.organization
  operator = clientOf(owner.client.authorization)
})

async function makeKey(members: object): Promise<Json> {
  const profile = await operator('POST', '/v1/profiles', { name: 'p' })
  const made = await operator('POST', '/v1/keys', { profile_id: profile.json.id, ...members })
  expect(made.status).toBe(201)
  return made.json
}
const enroll = (code: string) =>
  anyone('POST', '/v1/enroll', { code, claim: crypto.randomUUID(), hostname: 'web-01' })

test('an organization without a key sees how to make one; one button does, and shows its code once', async () => {
  const empty = await browser.get('/console')
  expect(empty.text).toContain('No key yet')
  const made = await browser.post('/console/first-key')
  expect(made.status).toBe(200)
  const code = /lk_[\w-]{54}/.exec(made.text)?.[0] ?? ''
  expect(made.headers.get('Set-Cookie')).toBeNull()
  expect(made.text).toContain('QR code with the address and the code')
  expect((await enroll(code)).status).toBe(201)
  const list = await operator('GET', '/v1/keys')
  expect(list.json.items).toMatchObject([{ name: 'first key', max_uses: 1 }])
  const overview = await browser.get('/console')
  expect(overview.text).not.toContain('No key yet')
  expect(overview.text).not.toContain(code)
})

test('it names what needs somebody: keys that are paused, nearly spent, or end while machines use them', async () => {
  const paused = await makeKey({ name: 'paused <one>', max_uses: 3 })
  expect((await operator('POST', `/v1/keys/${paused.id}/pause`)).status).toBe(200)
  const half = await makeKey({ name: 'half', max_uses: 2, lifetime_seconds: 86_400 * 365 })
  const ending = await makeKey({ name: 'ending', max_uses: 50, lifetime_seconds: 3_600 })
  for (const { code } of [half, ending]) expect((await enroll(code)).status).toBe(201)
  const needs = async () =>
    [...(await browser.get('/console')).text.matchAll(/<li><p>(.*?)<\/p>/g)].map(([, text = '']) =>
      text.replaceAll(/<[^>]*>/g, ''),
    )
  await expect.poll(needs).toHaveLength(2)
  expect(await needs()).toEqual([
    'paused &lt;one&gt; was paused now.',
    // A key of two uses has half of them left, and is not near its end.
    expect.stringMatching(/^ending expires in 59 min, and machines still use it\.$/),
  ])
  const last = await makeKey({ name: 'last', max_uses: 10 })
  for (let i = 0; i < 9; i++) expect((await enroll(last.code)).status).toBe(201)
  await expect.poll(needs).toContain('last has 1 of 10 uses left.')
})

test('it counts what enrolled and what was refused, by the hour and by reason', async () => {
  const spent = await makeKey({ name: 'spent', max_uses: 1 })
  expect((await enroll(spent.code)).status).toBe(201)
  expect((await enroll(spent.code)).status).toBe(401)
  await expect.poll(async () => (await browser.get('/console')).text).toContain('<span>Key spent</span>')
  const { text } = await browser.get('/console')
  const [, made = '', refused = ''] = /the last 24 hours, UTC: (\d+) new, (\d+) refused/.exec(text) ?? []
  const events = await operator('GET', '/v1/events?type=agent.enroll')
  const count = (isSuccess: boolean) =>
    events.json.items.filter(({ success }: { success: boolean }) => success === isSuccess).length
  expect([Number(made), Number(refused)]).toEqual([count(true), count(false)])
  // Counted on from where it was, and the same.
  expect((await browser.get('/console')).text).toContain(`UTC: ${made} new, ${refused} refused`)
})

test('the feed is asked for what is new: nothing leaves the page as it is, and an enrollment comes marked', async () => {
  const ask = (path: string) => browser.get(path, { headers: { 'HX-Request': 'true' } })
  const placeIn = (text: string) =>
    /hx-get="(\/console\/feed\?[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const key = await makeKey({ name: 'live', max_uses: 5 })
  const isQuiet = async () => {
    const path = placeIn((await browser.get('/console')).text)
    const first = await ask(path)
    return first.status === 204 ? path : ''
  }
  await expect.poll(isQuiet).toMatch(/boot=/)
  const path = await isQuiet()
  expect((await enroll(key.code)).status).toBe(201)
  await expect.poll(async () => (await ask(path)).status).toBe(200)
  const news = await ask(path)
  expect(news.text).toMatch(/^<div class="region" id="feed"/)
  expect(news.text).toContain('class="ok fresh"')
  expect(news.text).toContain('web-01 enrolled, use 1')
  expect((await ask(placeIn(news.text))).status).toBe(204)
})

test('a feed that forgot everything, or that is not there, leaves the page right', async () => {
  const forgotten = await browser.get('/console/feed?boot=7f9c24e8-3b12-4fef-91e0-5a1f1c2d3e4f&seq=9')
  expect([forgotten.text.includes('web-01 enrolled'), forgotten.text.includes('fresh')]).toEqual([
    true,
    false,
  ])
  expect(await createFeed(undefined).since(organization, null)).toBeNull()
  await createFeed(undefined).push(organization, [])
})

test('the feed holds the last 200 summaries, each without a name or an address', async () => {
  const feed = createFeed(env.FEEDS)
  const other = 2_000_000_000 + Math.floor(Math.random() * 1e6)
  const one = { id: crypto.randomUUID(), at: 1, type: 'agent.enroll', isSuccess: true } as const
  for (let i = 0; i < 5; i++)
    await feed.push(
      other,
      Array.from({ length: 50 }, () => one),
    )
  const all = await feed.since(other, null)
  expect(all).toMatchObject({ seq: 250 })
  expect(all?.events).toHaveLength(200)
  expect(await feed.since(other, { boot: all?.boot ?? '', seq: 247 })).toMatchObject({
    events: [one, one, one],
  })
  expect(await feed.since(other, { boot: 'another', seq: 249 })).toMatchObject({ seq: 250 })
  const kept = await feed.since(organization, null)
  for (const summary of kept?.events ?? []) {
    expect(Object.keys(summary).sort()).toEqual(['at', 'id', 'isSuccess', 'type'])
    expect(JSON.stringify(summary).length).toBeLessThanOrEqual(1_024)
  }
})
