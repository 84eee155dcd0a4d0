/** A request that each native operation takes, for suites that go over the whole table of routes. */
export type Sample = {
  readonly body?: Readonly<Record<string, unknown>>
  readonly form?: Readonly<Record<string, string>>
  /** Its effect on its subject. */
  readonly does: 'read' | 'write'
  /** Not for every caller who may read. */
  readonly isOfOwners?: true
}

export type Subjects = {
  readonly profile: string
  readonly key: string
  /** Of the key. */
  readonly slot: string
  readonly agent: string
  /** Of a claim that waits for it. */
  readonly approval: string
  readonly credential: string
  readonly event: string
  readonly account: string
  readonly user: string
  readonly session: string
  /** Of the keyring. */
  readonly version: string
  readonly webhook: string
  /** What was sent to it. */
  readonly delivery: string
}

const SINCE = '2020-01-01T00:00:00Z'

/** By operation id; of all that an operator may call, or that takes a JSON body. */
export function samplesOf(subjects: Subjects): Readonly<Record<string, Sample>> {
  return {
    profiles_create: { body: { name: 'made' }, does: 'write' },
    profiles_list: { does: 'read' },
    profiles_get: { does: 'read' },
    profiles_change: { body: { name: 'changed' }, does: 'write' },
    profiles_delete: { does: 'write' },
    profiles_disable: { does: 'write' },
    profiles_enable: { does: 'write' },
    keys_create: { body: { profile_id: subjects.profile }, does: 'write' },
    keys_list: { does: 'read' },
    keys_get: { does: 'read' },
    keys_change: { body: { name: 'changed' }, does: 'write' },
    keys_disable: { does: 'write' },
    keys_enable: { does: 'write' },
    keys_pause: { does: 'write' },
    keys_resume: { does: 'write' },
    keys_revoke: { does: 'write' },
    keys_explain: { body: {}, does: 'read' },
    keys_refusals: { does: 'read' },
    slots_list: { does: 'read' },
    slots_add: { body: { slots: [{ by: 'hostname', value: 'web-2' }] }, does: 'write' },
    slots_remove: { does: 'write' },
    slots_refill: { does: 'write' },
    explain_request: { body: { request_id: '00000000-0000-4000-8000-000000000000' }, does: 'read' },
    keys_revoke_agents: { body: { since: SINCE, and_key: 'disable' }, does: 'write' },
    keys_release: { does: 'write' },
    profiles_release: { does: 'write' },
    api_keys_suspended: { does: 'read', isOfOwners: true },
    api_keys_release: { does: 'write' },
    agents_list: { does: 'read' },
    agents_get: { does: 'read' },
    export: { does: 'read' },
    export_keys: { does: 'read' },
    export_agents: { does: 'read' },
    agents_certificates: { does: 'read' },
    agents_revoke_certificates: { does: 'write' },
    agents_certify: { body: { csr: 'junk' }, does: 'write' },
    events_list: { does: 'read' },
    events_read: { does: 'read' },
    webhooks_create: { body: { url: 'https://hooks.example/latchkey' }, does: 'write' },
    webhooks_list: { does: 'read', isOfOwners: true },
    webhooks_get: { does: 'read', isOfOwners: true },
    webhooks_change: { body: { description: 'changed' }, does: 'write' },
    webhooks_delete: { does: 'write' },
    webhooks_rotate_secret: { does: 'write' },
    webhooks_test: { does: 'write' },
    webhooks_deliveries: { does: 'read', isOfOwners: true },
    webhooks_replay: { does: 'write' },
    service_accounts_create: { body: { name: crypto.randomUUID() }, does: 'write' },
    service_accounts_list: { does: 'read', isOfOwners: true },
    service_accounts_read: { does: 'read', isOfOwners: true },
    service_accounts_change: { body: { description: 'changed' }, does: 'write' },
    service_accounts_remove: { does: 'write' },
    users_create: { body: { email: `${crypto.randomUUID()}@test.example` }, does: 'write' },
    users_list: { does: 'read', isOfOwners: true },
    users_read: { does: 'read', isOfOwners: true },
    users_change: { body: { enabled: true }, does: 'write' },
    users_reset_password: { does: 'write' },
    users_remove: { does: 'write' },
    api_keys_create: { body: { name: 'sample' }, does: 'write' },
    api_keys_change: { body: { name: 'changed' }, does: 'write' },
    password_change: {
      body: { email: 'a@test.example', password: 'not-the-password', new_password: 'Another-1-password' },
      does: 'write',
    },
    agents_change: { body: { labels: { env: 'test' } }, does: 'write' },
    agents_revoke: { body: { and_key: 'disable' }, does: 'write' },
    approvals_list: { does: 'read', isOfOwners: true },
    approvals_approve: { does: 'write' },
    approvals_deny: { does: 'write' },
    sessions_create: { body: { email: 'a@test.example', password: 'not-the-password' }, does: 'write' },
    enroll_confirm: {
      body: { code: `lk_${'A'.repeat(54)}`, claim: 'a claim of 22 characters' },
      does: 'write',
    },
    enroll_cancel: {
      body: { code: `lk_${'A'.repeat(54)}`, claim: 'a claim of 22 characters' },
      does: 'write',
    },
    enroll: { body: { code: `lk_${'A'.repeat(54)}` }, does: 'write' },
    bootstrap: { body: { organization: 'sample', email: 'a@test.example' }, does: 'write' },
    keyring_add_version: { body: {}, does: 'write' },
    keyring_end_version: { body: {}, does: 'write' },
    keyring_end_key_pairs: { body: {}, does: 'write' },
    key_pairs_fence: { body: {}, does: 'write' },
    key_pairs_rebuild: { body: {}, does: 'write' },
    ledgers_survey: { body: {}, does: 'read' },
    ledgers_rebuild: { body: {}, does: 'write' },
    ledgers_fence: { body: {}, does: 'write' },
    introspect: { form: { token: 'junk' }, does: 'read' },
  }
}
