import { randomBytes } from 'node:crypto'
import { type EntityId, formatId, parseId } from '../../../src/core/kernel/ids.ts'
import type { Json } from '../../lib/http/answer.ts'
import { bearer } from '../../lib/http/credential.ts'
import { must } from './ask.ts'
import type { DialectTable, Names, Stranger } from './dialect.ts'
import type { Secrets } from './secrets.ts'
import { otherEnd } from './strangers.ts'

const NO_LEDGER = 2 ** 30
const NO_NUMBER = 9_999

export const native: DialectTable = {
  slug: 'native',
  tag: 'Native',
  async furnish(client, { credentials, owner }, secrets) {
    const headers = credentials.api_key ?? null
    const ask = (path: string, json: unknown) => must(client, { method: 'POST', path, headers, json })
    const profile = await ask('/v1/profiles', { name: 'proof' })
    const key = await ask('/v1/keys', { profile_id: profile.id, max_uses: 100 })
    const claim = randomBytes(24).toString('base64url')
    secrets.add(claim, 'a claim')
    const enrolled = await ask('/v1/enroll', { code: key.code, claim })
    const holding = await hold(ask, profile.id, secrets)
    const slots = `/v1/keys/${key.id}/slots`
    await ask(slots, { slots: [{ by: 'hostname', value: 'proof-1' }] })
    const { items: made } = await must(client, { method: 'GET', path: slots, headers })
    // It gets nothing but tests, and leads nowhere.
    const webhook = await ask('/v1/webhooks', { url: 'https://127.0.0.1:1/', types: ['webhook.test'] })
    const session = bearer((await ask('/v1/sessions', owner)).token)
    // A management call brings D1 all that its ledger had for it: lists stand still from here on.
    await must(client, {
      method: 'PATCH',
      path: `/v1/keys/${key.id}`,
      headers,
      // Adding a slot closed the key to other machines.
      json: { name: 'settled', only_expected: false },
    })
    const { items } = await must(client, { method: 'GET', path: '/v1/approvals', headers })
    return {
      names: {
        profile: profile.id,
        key: key.id,
        slot: made[0].id,
        agent: enrolled.agent.id,
        code: key.code,
        claim,
        access_token: enrolled.access_token,
        refresh_token: enrolled.refresh_token,
        version: '1',
        webhook: webhook.id,
        delivery: '1',
        approval: items.find(({ kind }: Json) => kind === 'approval').id,
        ...holding,
      },
      credentials: { agent_token: bearer(enrolled.access_token), session },
    }
  },
  strangers(own, other) {
    const ledger = parseId((own.key ?? '').slice('key_'.length))?.ledger ?? 0
    const agent = other.agent ?? ''
    return [
      ...entities(other, { ledger: NO_LEDGER, n: 1 }, agent.replace(/^.{8}/, '3fffffff')),
      ...entities(other, { ledger, n: NO_NUMBER }, otherEnd(agent)),
      { kind: 'webhook', others: other.webhook ?? '', nobodys: otherEnd(other.webhook ?? '') },
      ...['claim', 'access_token'].map((kind) => {
        const others = other[kind] ?? ''
        return { kind, others, nobodys: others.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) }
      }),
    ]
  },
  samples: {
    webhooks_create: { json: { url: 'https://127.0.0.1:1/', types: ['webhook.test'] } },
    webhooks_change: { json: { description: 'changed' } },
    profiles_create: { json: { name: 'made' } },
    profiles_change: { json: { name: 'changed' } },
    keys_create: { json: { profile_id: '{profile}', max_uses: 3 } },
    keys_list: { query: 'profile_id={profile}' },
    keys_change: { json: { name: 'changed', max_uses: 200 } },
    keys_explain: { json: { claim: '{claim}' } },
    slots_add: { json: { slots: [{ by: 'hostname', value: 'proof-2' }] } },
    keys_revoke_agents: { json: { since: '2020-01-01T00:00:00Z', and_key: 'keep', dry_run: true } },
    agents_list: { query: 'key_id={key}&profile_id={profile}' },
    agents_revoke: { json: { and_key: 'keep' } },
    enroll: { json: { code: '{code}', claim: '{claim}' } },
    enroll_confirm: { json: { code: '{holding_code}', claim: '{holding_claim}' } },
    enroll_cancel: { json: { code: '{holding_code}', claim: '{holding_claim}' } },
    introspect: { form: { token: '{access_token}' } },
    token: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
    keyring_add_version: { json: { at_once: true } },
    keyring_end_version: { json: {} },
    keyring_end_key_pairs: { json: {} },
    ledgers_survey: { json: {} },
    ledgers_rebuild: { json: {} },
    ledgers_fence: { json: {} },
    key_pairs_rebuild: { json: {} },
    key_pairs_fence: { json: {} },
    bootstrap: { json: { organization: 'proof', email: 'owner@proof.example' } },
  },
  redemption: {
    shape: /^(lk_)([\w-]+)()$/,
    ask: (code, claim) => ({ method: 'POST', path: '/v1/enroll', json: { code, claim } }),
  },
  clocks: ['token_expires_at'],
  secretMembers: ['code', 'secret', 'access_token', 'refresh_token', 'claim', 'password'],
}

type Post = (path: string, json: unknown) => Promise<Json>

/** A claim that holds a use, and one that waits for approval. */
async function hold(ask: Post, profile_id: string, secrets: Secrets): Promise<Names> {
  const claims = [0, 1].map(() => randomBytes(24).toString('base64url'))
  const [reserving = '', waiting = ''] = claims
  for (const claim of claims) secrets.add(claim, 'a claim that holds a use')
  const approval = { approve_by: 'automation' }
  const { code } = await ask('/v1/keys', { profile_id, max_uses: 10, hold: 'allowed' })
  const approved = await ask('/v1/keys', { profile_id, max_uses: 10, approval })
  await ask('/v1/enroll', { code, claim: reserving, hold: 3_600 })
  await ask('/v1/enroll', { code: approved.code, claim: waiting })
  return { holding_code: code, holding_claim: reserving }
}

function entities(other: Names, id: EntityId, agent: string): Stranger[] {
  return [
    { kind: 'profile', others: other.profile ?? '', nobodys: `prf_${formatId(id)}` },
    { kind: 'key', others: other.key ?? '', nobodys: `key_${formatId(id)}` },
    { kind: 'slot', others: other.slot ?? '', nobodys: `slt_${formatId(id)}` },
    { kind: 'agent', others: other.agent ?? '', nobodys: agent },
    { kind: 'approval', others: other.approval ?? '', nobodys: `apr_${formatId(id)}.${'0'.repeat(64)}` },
  ]
}
