/** The client library against a server that runs. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  Agent,
  type AgentState,
  type AgentStore,
  fileStore,
  LatchkeyError,
  openClient,
  verify,
} from '../../client/index.ts'
import { sharedServer } from '../support/server.ts'

const NOWHERE = 'http://127.0.0.1:9'
const { url, credentials } = sharedServer()
const { auth_username: id, secret } = credentials.illumio
const client = openClient(url, { kind: 'api_key', id, secret })
const home = mkdtempSync(join(tmpdir(), 'latchkey-client-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

let folders = 0
const newFolder = () => join(home, `agent-${++folders}`)

async function newCode(options: { readonly max_uses?: number; readonly approval?: object } = {}) {
  const { data: profile } = await client.POST('/v1/profiles', { body: { name: `client ${++folders}` } })
  if (!profile) throw new Error('no profile was made')
  const { data: key } = await client.POST('/v1/keys', {
    body: { profile_id: profile.id, max_uses: 1, ...options },
  })
  if (!key?.code) throw new Error('no key was made')
  return key.code
}

async function enrolled() {
  const folder = newFolder()
  const agent = new Agent({ url, state: folder })
  await agent.enroll({ code: await newCode() })
  const state = fileStore(folder).read()
  if (!state) throw new Error('no state was kept')
  return { folder, agent, state }
}

const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof LatchkeyError ? error.kind : error),
  )

/** The files of a folder, with the state that a test wants to have been read, and a count of what is written. */
function aged(folder: string, state: AgentState): AgentStore & { readonly writes: AgentState[] } {
  const writes: AgentState[] = []
  return {
    ...fileStore(folder),
    writes,
    read: () => writes.at(-1) ?? state,
    write: (next) => void writes.push(next),
  }
}

test('the claim is kept before it is sent: after an answer that was lost the same agent comes back, and nothing is spent', async () => {
  const [folder, code] = [newFolder(), await newCode()]
  expect(await kindOf(new Agent({ url: NOWHERE, state: folder }).enroll({ code }))).toBe('unreachable')
  const claim = readFileSync(join(folder, 'claim'), 'utf8')
  const agent = new Agent({ url, state: folder })
  expect(agent.identity).toBeNull()
  const first = await agent.enroll({ code, hostname: 'web-01', facts: { os: 'Debian' } })
  expect(first).toMatchObject({ isNew: true, agent: { dialect: 'native' } })
  expect(await new Agent({ url, state: folder }).enroll({ code })).toEqual({
    agent: first.agent,
    isNew: false,
    certificate: null,
  })
  expect(agent.identity).toEqual(first.agent)
  expect(readFileSync(join(folder, 'claim'), 'utf8')).toBe(claim)
  for (const name of ['claim', 'agent.json']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
})

test('a refusal has the code and the request id of its problem, and not the secret that was sent', async () => {
  const code = `lk_${'A'.repeat(54)}`
  const refused = await new Agent({ url, state: newFolder() }).enroll({ code }).catch((error) => error)
  expect(refused).toMatchObject({ kind: 'refused', status: 401, code: 'unauthorized' })
  expect(refused.requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(refused.message).not.toContain(code)
})

test('a machine that an operator has to approve waits, or says that it would', async () => {
  const [folder, code] = [newFolder(), await newCode({ approval: {} })]
  const agent = new Agent({ url, state: folder })
  expect(await kindOf(agent.enroll({ code }))).toBe('waiting')
  const seen: string[] = []
  const { agent: made } = await agent.enroll({
    code,
    onWaiting({ comparisonCode }) {
      seen.push(comparisonCode)
      if (seen.length === 1) void approve(comparisonCode)
    },
  })
  expect([made.dialect, seen[0]]).toEqual(['native', expect.stringMatching(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/)])
})

async function approve(code: string): Promise<void> {
  const { email, password } = credentials.illumio
  const { data: session } = await openClient(url).POST('/v1/sessions', {
    body: { email, password: password ?? '' },
  })
  const person = openClient(url, { kind: 'bearer', token: session?.token ?? '' })
  await expect
    .poll(async () => {
      const { data } = await person.GET('/v1/approvals')
      const waiting = data?.items.find(({ comparison_code }) => comparison_code === code)
      if (!waiting) return false
      const path = { approval: waiting.id }
      return (await person.POST('/v1/approvals/{approval}/approve', { params: { path } })).response.ok
    })
    .toBe(true)
}

describe('a token', () => {
  test('before two thirds of its life nothing is asked', async () => {
    const { agent, state } = await enrolled()
    expect(await agent.token()).toBe(state.access_token)
    expect(state.refresh_at - Date.now()).toBeLessThanOrEqual(400_000)
    expect(state.expires_at - state.refresh_at).toBeCloseTo(200_000, -1)
  })

  test('after that, all who ask at the same time get the one new token', async () => {
    const { folder, state } = await enrolled()
    const store = aged(folder, { ...state, refresh_at: 0 })
    const agent = new Agent({ url, state: store })
    const tokens = await Promise.all(Array.from({ length: 20 }, () => agent.token()))
    expect([new Set(tokens).size, store.writes.length]).toEqual([1, 1])
    expect(await verify(tokens[0] ?? '', { issuer: url })).toMatchObject({ sub: state.agent.id })
  })

  test('two processes that present the same refresh token get the same next one', async () => {
    const { folder, state } = await enrolled()
    const stores = [0, 1].map(() => aged(folder, { ...state, refresh_at: 0 }))
    await Promise.all(stores.map((store) => new Agent({ url, state: store }).token()))
    const [one, other] = stores.map(({ writes }) => writes[0]?.refresh_token)
    expect([one, other]).toEqual([expect.any(String), one])
    expect(one).not.toBe(state.refresh_token)
  })

  test('while the server is away, the old one is given as long as it lasts', async () => {
    const { folder, state } = await enrolled()
    const late = { ...state, refresh_at: 0 }
    const away = (kept: AgentState) => new Agent({ url: NOWHERE, state: aged(folder, kept) }).token()
    expect(await away(late)).toBe(state.access_token)
    expect(await kindOf(away({ ...late, expires_at: 0 }))).toBe('unreachable')
  })

  test('a machine without an agent, or with one that was revoked, is told which', async () => {
    const { folder, state } = await enrolled()
    expect(await kindOf(new Agent({ url, state: newFolder() }).token())).toBe('not_enrolled')
    const path = { agent: state.agent.id }
    await client.POST('/v1/agents/{agent}/revoke', { params: { path }, body: { and_key: 'keep' } })
    const store = aged(folder, { ...state, refresh_at: 0 })
    expect(await kindOf(new Agent({ url, state: store }).token())).toBe('ended')
  })
})

describe('verify', () => {
  test('says whose token it is', async () => {
    const { agent, state } = await enrolled()
    expect(await verify(await agent.token(), { issuer: url })).toMatchObject({
      sub: state.agent.id,
      iss: url,
      key_id: state.agent.key_id,
      profile_id: state.agent.profile_id,
    })
  })

  test('refuses what is changed, of another issuer, or no token; a server that is away is another matter', async () => {
    const { state } = await enrolled()
    const token = state.access_token
    const jwksUri = `${url}/.well-known/jwks.json`
    const { client_id, client_secret } = credentials.zpa
    const form = new URLSearchParams({ client_id, client_secret })
    const zpa = (await (await fetch(`${url}/signin`, { method: 'POST', body: form })).json()) as {
      access_token: string
    }
    const kinds = await Promise.all(
      [
        verify(`${token.slice(0, -6)}AAAAAA`, { issuer: url }),
        verify(token, { issuer: 'https://other.example', jwksUri }),
        verify('no.token.atall', { issuer: url }),
        verify('', { issuer: url }),
        verify(zpa.access_token, { issuer: url }),
        verify(token, { issuer: NOWHERE }),
      ].map(kindOf),
    )
    expect(kinds).toEqual([...Array(5).fill('token_invalid'), 'unreachable'])
  })
})

test('the typed client answers data or error, and only a missing answer is an exception', async () => {
  const { data, error, response } = await client.GET('/v1/keys/{key}', { params: { path: { key: 'key_1' } } })
  expect([data, response.status, error?.code]).toEqual([undefined, 404, 'not_found'])
  expect(await kindOf(openClient(NOWHERE).GET('/healthz'))).toBe('unreachable')
})

test('events are streamed as they happen, and a reader that comes back goes on behind the last one it read', async () => {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  /** Reads a stream of events up to the one about a profile; returns that one's id. */
  const readUpTo = async (stream: AsyncIterator<string>, profile: string) => {
    for (let text = ''; ; ) {
      const { value, done } = await stream.next()
      if (done) throw new Error('the stream ended')
      text += value
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      const found = blocks.find((block) => block.includes('\ndata: ') && block.includes(profile))
      if (found) return /^id: (.+)$/m.exec(found)?.[1] ?? ''
    }
  }
  const follow = async (headers: Record<string, string> = {}) => {
    const {
      status,
      headers: answered,
      body,
    } = await fetch(`${url}/v1/events?type=profile.create`, {
      headers: { Authorization: `Basic ${btoa(`${id}:${secret}`)}`, Accept: 'text/event-stream', ...headers },
      signal: stop.signal,
    })
    expect([status, answered.get('Content-Type')]).toEqual([200, 'text/event-stream'])
    if (!body) throw new Error('a stream has a body')
    return body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  }
  const makeProfile = async () => {
    const { data } = await client.POST('/v1/profiles', { body: { name: `streamed ${++folders}` } })
    if (!data) throw new Error('no profile was made')
    return data.id
  }
  const first = await follow()
  const last = await readUpTo(first, await makeProfile())
  const meanwhile = await makeProfile()
  const next = await follow({ 'Last-Event-ID': last })
  expect(await readUpTo(next, meanwhile)).not.toBe(last)
  expect(await readUpTo(first, meanwhile)).not.toBe(last)
})
