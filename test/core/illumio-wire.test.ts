import { describe, expect, test } from 'vitest'
import { PERMISSIONS } from '../../src/core/access/permission.ts'
import { labelIds, parseLabelGroups } from '../../src/dialects/illumio/edge/collection.ts'
import { actorHref, idIn } from '../../src/dialects/illumio/edge/hrefs.ts'
import { type IllumioFault, refusal } from '../../src/dialects/illumio/edge/refusal.ts'
import { roles } from '../../src/dialects/illumio/edge/roles.ts'
import { Activation } from '../../src/dialects/illumio/pairing/activation-schemas.ts'
import { factsOf, wishesOf } from '../../src/dialects/illumio/pairing/activation-wire.ts'
import { formatCode, parseCode } from '../../src/dialects/illumio/pairing/pairing-key-wire.ts'

describe('a code', () => {
  const code = { name: new Uint8Array(8).fill(0xab), secret: new Uint8Array(32).fill(7) }
  test('is 81 lower-case hexadecimal digits, the first of them 1', () => {
    expect(formatCode(code)).toBe(`1${'ab'.repeat(8)}${'07'.repeat(32)}`)
  })
  test('is read back as it was', () => {
    expect(parseCode(formatCode(code))).toEqual(code)
  })
  test.each([
    '',
    '1',
    `2${'a'.repeat(80)}`,
    `1${'A'.repeat(80)}`,
    `1${'a'.repeat(81)}`,
    `1${'g'.repeat(80)}`,
  ])('%j has not its shape', (text) => {
    expect(parseCode(text)).toBeNull()
  })
})

describe('label filters (contract §2.5)', () => {
  test.each([
    ['[["A","B"],["C"]]', [['A', 'B'], ['C']]],
    ['[[{"href":"A"}],["B"]]', [['A'], ['B']]],
    ['["A",{"href":"B"}]', [['A', 'B']]],
    ['[]', []],
    ['[[]]', [[]]],
  ])('%s', (text, groups) => {
    expect(parseLabelGroups(text)).toEqual(groups)
  })
  test.each(['', 'A', '"A"', '{}', '[1]', '[["A"],"B"]', '[[["A"]]]', '[[{"id":"A"}]]'])(
    '%s is none',
    (text) => {
      expect(parseLabelGroups(text)).toBeNull()
    },
  )
  test('only hrefs of labels of the organization are looked for', () => {
    expect(labelIds([['/orgs/1/labels/5']], 1)).toEqual({ ok: true, value: [['5']] })
    for (const href of ['/orgs/2/labels/5', '/orgs/1/labels/05', '/orgs/1/labels/', '/orgs/1/vens/5', '5']) {
      expect(labelIds([['/orgs/1/labels/5', href]], 1)).toEqual({
        ok: false,
        fault: { kind: 'reference_unknown', reference: href },
      })
    }
  })
  test('ids beyond 2^53 stay what they are', () => {
    expect(idIn('/orgs/1/labels/17732923533262812', 1, 'labels')).toBe('17732923533262812')
  })
})

test('who did something has an href: users, agents, and the system as user 0', () => {
  expect(actorHref({ kind: 'principal', id: 4, name: 'a', apiKey: null }, 1)).toEqual({ href: '/users/4' })
  expect(actorHref({ kind: 'agent', id: '47732' }, 1)).toEqual({ href: '/orgs/1/agents/47732' })
  expect(actorHref({ kind: 'system' }, 1)).toEqual({ href: '/users/0' })
})

describe('refusals', () => {
  const CASES: readonly (readonly [IllumioFault, number, string | null])[] = [
    [{ kind: 'credential_missing' }, 401, 'authentication_error'],
    [{ kind: 'credential_invalid' }, 401, 'authentication_error'],
    [{ kind: 'redemption_refused', reason: 'key_spent' }, 401, 'authentication_error'],
    [{ kind: 'permission_missing' }, 403, 'authorization_error'],
    [{ kind: 'organization_foreign' }, 403, 'authorization_error'],
    [{ kind: 'not_found', noun: 'label' }, 404, null],
    [{ kind: 'method_unknown', allowed: ['GET', 'PUT'] }, 405, null],
    [{ kind: 'body_missing' }, 406, 'input_validation_error'],
    [{ kind: 'body_unreadable', reason: 'it is not JSON' }, 406, 'input_validation_error'],
    [{ kind: 'body_too_large', limitBytes: 1 }, 413, 'payload_too_large'],
    [{ kind: 'input_invalid', problems: [] }, 406, 'input_validation_error'],
    [{ kind: 'reference_unknown', reference: '/x' }, 406, 'invalid_uri'],
    [{ kind: 'label_key_unsupported' }, 406, 'label_key_not_supported'],
    [{ kind: 'label_value_reserved' }, 406, 'label_value_reserved'],
    [{ kind: 'label_duplicate' }, 406, 'label_key_and_value_must_be_unique'],
    [{ kind: 'label_already_deleted' }, 406, 'label_already_deleted'],
    [{ kind: 'label_key_repeated', key: 'role' }, 406, 'label_key_not_unique'],
    [{ kind: 'external_reference_taken' }, 406, 'external_data_reference_not_unique'],
    [{ kind: 'profile_is_default' }, 406, 'default_pairing_profile_cannot_be_deleted'],
    [{ kind: 'limit_reached', what: 'key' }, 406, 'object_limit_hard_limit_reached'],
    [{ kind: 'rate_limited', retryAfterSeconds: 59.2 }, 429, 'too_many_requests_error'],
    [{ kind: 'busy', retryAfterSeconds: 1 }, 503, 'service_unavailable'],
  ]
  test.each(CASES)('%j', (fault, status, token) => {
    const reply = refusal(fault, 'labels_post')
    expect(reply.status).toBe(status)
    expect(reply.text).toBeUndefined()
    if (token === null) expect(reply.json).toBeUndefined()
    else expect(reply.json).toEqual([{ token, message: expect.any(String) }])
  })

  test('Retry-After is an integer', () => {
    const busy = refusal({ kind: 'rate_limited', retryAfterSeconds: 59.2 }, 'x')
    expect(busy.headers).toEqual({ 'Retry-After': '60' })
  })

  test('405 says what is allowed', () => {
    const reply = refusal({ kind: 'method_unknown', allowed: ['GET', 'PUT'] }, 'x')
    expect(reply.headers).toEqual({ Allow: 'GET, PUT' })
  })

  test('every refusal of a code is the same as that of a wrong password', () => {
    const reasons = [
      'code_unknown',
      'key_unknown',
      'profile_disabled',
      'key_revoked',
      'key_expired',
      'key_spent',
    ] as const
    const answers = reasons.map((reason) => refusal({ kind: 'redemption_refused', reason }, 'x'))
    for (const answer of answers) expect(answer).toEqual(refusal({ kind: 'credential_invalid' }, 'y'))
  })
})

describe('an activation', () => {
  const body = {
    activation_code: 'secret',
    claim: 'c'.repeat(22),
    hostname: 'web-01',
    os_id: 'ubuntu-x86_64-jammy',
    ven_type: 'server',
    public_ip: null,
    interfaces: [{ name: 'eth0', address: 'fe80::1', cidr_block: 64 }],
    overrides: { mode: 'enforced', log_traffic: true, labels: { role: 'Web' } },
  }
  test('keeps as facts what is no credential and no wish', () => {
    expect(factsOf(Activation.parse(body))).toEqual({
      os_id: 'ubuntu-x86_64-jammy',
      public_ip: null,
      interfaces: [{ name: 'eth0', address: 'fe80::1', cidr_block: 64 }],
    })
  })
  test('wishes in the core’s words; the new mode wins', () => {
    expect(wishesOf(Activation.parse(body))).toEqual({
      values: { enforcement_mode: 'full', log_traffic: true, ven_type: 'server' },
      labels: { role: 'Web' },
    })
    const both = { ...body, overrides: { mode: 'enforced', enforcement_mode: 'idle' } }
    expect(wishesOf(Activation.parse(both)).values.enforcement_mode).toBe('idle')
  })
  test.each([
    { claim: 'c'.repeat(21) },
    { claim: 'c'.repeat(257) },
    { activation_code: 5 },
    { hostname: 'h'.repeat(256) },
    { interfaces: [{ name: 'eth0', address: 'no address' }] },
    { interfaces: [{ name: 'eth0', address: '10.0.0.1', mac: '00' }] },
    { overrides: { labels: { team: 'x' } } },
    { overrides: { enforcement_mode: 'off' } },
    { unknown: 1 },
  ])('%j is refused', (part) => {
    expect(Activation.safeParse({ ...body, ...part }).success).toBe(false)
  })
})

describe('roles (contract §2.1, §5.1, §5.5, A1)', () => {
  test('there are nine, and every one may read settings, labels and workloads', () => {
    expect(Object.keys(roles)).toHaveLength(9)
    for (const permissions of Object.values(roles)) {
      expect(permissions).toEqual(expect.arrayContaining(['settings.read', 'labels.read', 'agents.read']))
    }
  })
  test('ruleset roles see no pairing profile', () => {
    const ruleset = Object.entries(roles).filter(([name]) => name.includes('ruleset'))
    expect(ruleset).toHaveLength(4)
    for (const [, permissions] of ruleset) expect(permissions).not.toContain('profiles.read')
  })
  test('a workload manager writes profiles and keys, and no labels', () => {
    expect(roles['illumio:workload_manager']).toContain('keys.write')
    expect(roles['illumio:workload_manager']).not.toContain('labels.write')
  })
  test('an owner may all that there is; an admin all of a PCE but say who may come, and the settings', () => {
    const elsewhere = /^(organizations|roles|key_pairs|things|issuers|api_clients)\./
    expect(roles['illumio:owner']).toEqual(PERMISSIONS)
    const ofPce = PERMISSIONS.filter((one) => !elsewhere.test(one))
    const admin = ofPce.filter((one) => !['settings.write', 'access.read', 'access.write'].includes(one))
    expect([...roles['illumio:admin']].sort()).toEqual(admin.sort())
  })
})
