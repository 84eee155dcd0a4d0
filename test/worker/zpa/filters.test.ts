/**
 * Nothing is answered wider than it was asked: each list, by each member that an answer shows, finds what a naive filter over
 * the whole list finds, or refuses.
 */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { fold } from '../../../src/core/kernel/text.ts'
import { zpa } from '../../../src/dialects/zpa/dialect.ts'
import { eventually, type Json } from '../../support/native-client.ts'
import { proofPlan } from '../../support/proof-plan.ts'
import { certificateNamed, enroll, KEYS, must, newCustomer, newGroup, newKey } from '../../support/zpa.ts'

type Kind = 'text' | 'number' | 'decimal' | 'boolean'
/** `id`: a number that has no order; `absent`: the vendor's answers have it, none here does. */
type Member = Kind | 'id' | 'absent'
type Members = Readonly<Record<string, Member>>
type Row = Readonly<Record<string, Json>>

const COMMON: Members = {
  ...{ id: 'id', name: 'text', modifiedBy: 'id', creationTime: 'number', modifiedTime: 'number' },
  ...{ readOnly: 'boolean', zscalerManaged: 'boolean' },
}
const GROUP: Members = {
  ...COMMON,
  ...{ enabled: 'boolean', description: 'text', latitude: 'decimal', longitude: 'decimal', location: 'text' },
  ...{ cityCountry: 'text', countryCode: 'text', upgradeDay: 'text', upgradeTimeInSecs: 'number' },
  ...{ versionProfileId: 'text', versionProfileName: 'text', versionProfileVisibilityScope: 'text' },
  ...{
    upgradePriority: 'text',
    overrideVersionProfile: 'boolean',
    useInDrMode: 'boolean',
    microtenantId: 'text',
  },
}
const COMPONENT: Members = {
  ...COMMON,
  ...{ enabled: 'boolean', description: 'text', fingerprint: 'text', privateIp: 'text', platform: 'text' },
  ...{ currentVersion: 'text', publicIp: 'text', issuedCertId: 'number', upgradeAttempt: 'number' },
  ...{ location: 'text', latitude: 'decimal', longitude: 'decimal', provisioningKeyId: 'number' },
  ...{ provisioningKeyName: 'text', enrollmentCertId: 'number', enrollmentCertName: 'text' },
  ...{ enrollmentTime: 'number', microtenantId: 'text', controlChannelStatus: 'absent' },
  ...{ lastBrokerConnectTime: 'absent', lastBrokerDisconnectTime: 'absent', upgradeStatus: 'absent' },
  ...{ lastBrokerDisconnectTimeDuration: 'absent', expectedVersion: 'absent', sargeVersion: 'absent' },
}
const CERTIFICATE: Members = {
  ...{ ...COMMON, id: 'number', cName: 'text', issuedTo: 'text', issuedBy: 'text', serialNo: 'text' },
  ...{ description: 'text', parentCertId: 'number', parentCertName: 'text', clientCertType: 'text' },
  ...{ allowSigning: 'boolean', privateKeyPresent: 'boolean', storeInHsm: 'boolean' },
  ...{ validFromInEpochSec: 'number', validToInEpochSec: 'number' },
}

/** What the vendor's pages and clients search by, of what there is here. */
const MEMBERS: Readonly<Record<string, Members>> = {
  [KEYS]: {
    ...COMMON,
    ...{ id: 'number', usageCount: 'number', maxUsage: 'number', zcomponentId: 'id', zcomponentName: 'text' },
    ...{ enabled: 'boolean', exportable: 'boolean', enrollmentCertId: 'number', enrollmentCertName: 'text' },
    ...{ expirationInEpochSec: 'number', uiConfig: 'text', microtenantId: 'text' },
  },
  appConnectorGroup: {
    ...GROUP,
    ...{ dnsQueryType: 'text', connectorGroupType: 'text', praEnabled: 'boolean', wafDisabled: 'boolean' },
    ...{ tcpQuickAckApp: 'boolean', tcpQuickAckAssistant: 'boolean', tcpQuickAckReadAssistant: 'boolean' },
    lssAppConnectorGroup: 'boolean',
  },
  serviceEdgeGroup: {
    ...GROUP,
    ...{ isPublic: 'text', exclusiveForBusinessContinuity: 'boolean', graceDistanceEnabled: 'boolean' },
  },
  connector: { ...COMPONENT, appConnectorGroupId: 'id', appConnectorGroupName: 'text' },
  serviceEdge: { ...COMPONENT, serviceEdgeGroupId: 'id', serviceEdgeGroupName: 'text' },
  enrollmentCert: CERTIFICATE,
  apiKeys: {
    ...COMMON,
    ...{ clientId: 'text', enabled: 'boolean', tokenExpiryTimeInSec: 'number', roleId: 'id' },
    ...{ customerId: 'text', pinSessionEnabled: 'boolean', isLocked: 'boolean', restrictedEntity: 'boolean' },
  },
  'visible/versionProfiles': { id: 'text', name: 'text', visibilityScope: 'text' },
  roles: { id: 'text', name: 'text', description: 'text', customRole: 'boolean', systemRole: 'boolean' },
}

/** Shown, and not searched by: secrets, keys in PEM, and what is in another form. */
const UNSEARCHED = [
  ...['provisioningKey', 'certificate', 'csr', 'publicKey', 'microtenantName'],
  ...['ipAcl', 'connectors', 'serviceEdges', 'version', 'npAssistantGroup', 'enrollmentCert'],
]

const customer = await newCustomer()
const { ask } = customer
const rows = new Map<string, readonly Row[]>()

beforeAll(async () => {
  const group = (members: object, collection?: string) => newGroup(customer, members, collection)
  const lab = await group({
    name: 'Lab (a)',
    countryCode: 'US',
    versionProfileId: '2',
    upgradeTimeInSecs: 900,
  })
  const bern = await group({
    ...{ name: 'Bern', latitude: '46.95', longitude: '-7.5', location: 'Bern, CH', microtenantId: '7' },
    ...{ description: 'é Ǆ', enabled: false, praEnabled: true, npAssistantGroup: { mtu: '1400' } },
  })
  await group({ name: 'bern 2', upgradeDay: 'MONDAY', overrideVersionProfile: 'true' })
  const edges = await group({ name: 'Edges', isPublic: 'TRUE' }, 'serviceEdgeGroup')
  await group({ name: 'Edges 2', cityCountry: 'Ulm, DE' }, 'serviceEdgeGroup')
  const keys = [
    await newKey(customer, { name: 'Alpha', zcomponentId: lab.id, maxUsage: 9 }),
    await newKey(customer, { name: 'alpha & beta', zcomponentId: lab.id, exportable: false }),
    await newKey(customer, { name: 'Zeta', zcomponentId: bern.id, enabled: 'false', microtenantId: 7 }),
    await newKey(customer, { name: '10', zcomponentId: bern.id, expirationInEpochSec: 4_000_000_000 }),
    await newKey(customer, { name: 'AND x', zcomponentId: lab.id, uiConfig: '{"a": "b"}', maxUsage: 10 }),
  ]
  const [alpha] = keys
  const one = must(await enroll(alpha.provisioningKey, { platform: 'el9', privateIp: '10.0.0.1' }), 201)
  const two = must(await enroll(alpha.provisioningKey, { currentVersion: '26.5' }), 201)
  must(await enroll(keys[4].provisioningKey), 201)
  must(await ask('PUT', `connector/${one.id}`, { name: 'Renamed #1', enabled: false }), 204)
  must(await ask('PUT', `connector/${two.id}`, { description: 'about' }), 204)
  const { id: enrollmentCertId } = await certificateNamed(customer, 'Service Edge')
  const ofEdges = KEYS.replace('CONNECTOR', 'SERVICE_EDGE')
  const edgeKey = { name: 'edge', maxUsage: 3, enrollmentCertId, zcomponentId: edges.id }
  const { provisioningKey } = must(await ask('POST', ofEdges, edgeKey), 201)
  for (let i = 0; i < 2; i++) must(await enroll(provisioningKey, { platform: `el${i}` }), 201)
  must(await ask('POST', 'apiKeys', { name: 'reader', roleId: 2, tokenExpiryTimeInSec: 60 }), 201)
  must(await ask('POST', 'enrollmentCert/csr/generate', { name: 'Open', description: 'request' }), 201)
  await eventually(async () => {
    const counts = await Promise.all(
      ['connector', 'serviceEdge'].map(async (list) => (await all(list)).length),
    )
    const [{ usageCount }] = (await all(KEYS)) as [Row]
    return String(counts) === '3,2' && usageCount === '2' ? true : undefined
  })
  for (const list of Object.keys(MEMBERS)) rows.set(list, await all(list))
})

async function all(list: string): Promise<readonly Row[]> {
  return must(await ask('GET', `${list}?pagesize=500`), 200).list
}

test('every list that can be searched is here, with every member that it shows', () => {
  const searched = zpa.chapter.routes
    .filter((route) => route.method === 'get' && 'search' in (route.query?.shape ?? {}))
    .map((route) => route.path.replace(/^.*customers\/:customer\//, '').replace(':type', 'CONNECTOR_GRP'))
  // A log that cannot be searched, a list of nothing, and a shorter form of a list that is here.
  const others = ['auditLog', 'microtenants', 'appConnectorGroup/summary', 'serviceEdgeGroup/summary']
  expect(new Set([...Object.keys(MEMBERS), ...others])).toEqual(new Set(searched))
  for (const [list, members] of Object.entries(MEMBERS)) {
    const shown = new Set((rows.get(list) ?? []).flatMap((row) => Object.keys(row)))
    const missing = [...shown].filter((name) => !(name in members) && !UNSEARCHED.includes(name))
    expect([list, missing]).toEqual([list, []])
    expect([list, rows.get(list)?.length]).not.toEqual([list, 0])
  }
})

const OPERATORS = ['EQ', 'NE', 'GT', 'GE', 'LT', 'LE', 'LIKE', 'STARTSWITH', 'ENDSWITH'] as const
type Operator = (typeof OPERATORS)[number]
type Clause = { readonly member: string; readonly operator: Operator; readonly value: string }

/** As an answer has it; undefined: it has none. */
function wireValue(row: Row, member: string): string | undefined {
  const { enrollmentCert } = row
  const own =
    {
      enrollmentCertName: row.enrollmentCertName ?? enrollmentCert?.name,
      enrollmentCertId: row.enrollmentCertId ?? enrollmentCert?.id,
      microtenantId: row.microtenantId ?? '0',
    }[member] ?? row[member]
  return own === undefined ? undefined : String(own)
}

const NUMBER = /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/
const WHOLE = /^-?[0-9]{1,15}$/

/** Whether the value is no number of the member's kind. */
function isUncomparable(kind: Member, value: string): boolean {
  return (kind === 'number' && !WHOLE.test(value)) || (kind === 'decimal' && !NUMBER.test(value))
}

/** null: it may be refused. */
function passes(
  row: Row,
  { member, operator, value }: Clause,
  kind: Member,
  isStripped: boolean,
): boolean | null {
  if (kind === 'absent') return false
  if (kind === 'id' && operator !== 'EQ' && operator !== 'NE') return null
  const isOrder = ['GT', 'GE', 'LT', 'LE'].includes(operator)
  if (isOrder && (kind === 'boolean' || isUncomparable(kind, value))) return null
  const own = wireValue(row, member)
  if (own === undefined) return operator === 'NE'
  const [text, wanted] = [fold(own), fold(value)]
  const stripped = (name: string) => fold(name.replaceAll(/[^A-Za-z0-9\s_/.-]/g, '')).trim()
  const isNumber = (kind === 'number' || kind === 'decimal') && NUMBER.test(value)
  const isEqual = isNumber ? Number(own) === Number(value) : text === wanted
  const order = isNumber ? Number(own) - Number(value) : Number(text > wanted) - Number(text < wanted)
  switch (operator) {
    case 'EQ':
      return isEqual || (isStripped && member === 'name' && stripped(own) === wanted)
    case 'NE':
      return !isEqual
    case 'GT':
      return order > 0
    case 'GE':
      return order >= 0
    case 'LT':
      return order < 0
    case 'LE':
      return order <= 0
    case 'LIKE':
      return text.includes(wanted)
    case 'STARTSWITH':
      return text.startsWith(wanted)
    case 'ENDSWITH':
      return text.endsWith(wanted)
  }
}

/** The ids that a naive filter finds; null: the search may be refused. */
function expected(list: string, clauses: readonly Clause[]): readonly string[] | null {
  const found = (isStripped: boolean) => {
    const its = (rows.get(list) ?? []).map((row) => {
      const each = clauses.map((clause) =>
        passes(row, clause, MEMBERS[list]?.[clause.member] ?? 'absent', isStripped),
      )
      return each.includes(null) ? null : each.every(Boolean)
    })
    return its.includes(null) ? null : (rows.get(list) ?? []).filter((_, i) => its[i]).map(({ id }) => id)
  }
  const exact = found(false)
  const isName = ({ member, operator, value }: Clause) =>
    member === 'name' && operator === 'EQ' && /^[A-Za-z0-9\s_/.-]+$/.test(value)
  // Only those clauses are compared loosely that a client may have stripped.
  return exact?.length === 0 && clauses.some(isName) ? found(true) : exact
}

async function agree(list: string, clauses: readonly Clause[]): Promise<void> {
  const search = clauses.map(
    ({ member, operator, value }) => `${member} ${operator} "${value.replaceAll('"', '""')}"`,
  )
  const path = `${list}?pagesize=500&search=${encodeURIComponent(search.join(' AND '))}`
  const answer = await ask('GET', path)
  const wanted = expected(list, clauses)
  if (wanted === null && answer.status === 400) return
  expect([search.join(' AND '), answer.status]).toEqual([search.join(' AND '), 200])
  const { list: found, totalCount } = answer.json
  expect([list, search, found.map(({ id }: Row) => id)]).toEqual([list, search, wanted ?? []])
  expect(totalCount).toBe(String(found.length))
}

const { sequences, seed, ...options } = proofPlan(60)

test.each(Object.keys(MEMBERS))(
  '%s: by each member, a value that nothing has finds nothing',
  async (list) => {
    for (const [member, kind] of Object.entries(MEMBERS[list] ?? {})) {
      for (const value of ['no such value', '-987654321']) {
        for (const operator of ['EQ', 'LIKE', 'STARTSWITH', 'ENDSWITH'] as const) {
          await agree(list, [{ member, operator, value }])
        }
        if (kind === 'absent') await agree(list, [{ member, operator: 'NE', value }])
      }
    }
  },
)

test.each(Object.keys(MEMBERS))(
  '%s: by each member, a value that some have finds exactly those',
  async (list) => {
    for (const [member, kind] of Object.entries(MEMBERS[list] ?? {})) {
      const values = new Set((rows.get(list) ?? []).flatMap((row) => wireValue(row, member) ?? []))
      const its = [...values].filter((value) => value !== '').slice(0, 3)
      if (kind !== 'absent')
        expect([
          list,
          member,
          expected(list, [{ member, operator: 'EQ', value: its[0] ?? 'x' }]),
        ]).not.toBeNull()
      for (const value of its) {
        for (const operator of ['EQ', 'NE', 'LE'] as const) await agree(list, [{ member, operator, value }])
      }
    }
  },
)

test(`${sequences} random searches find what a naive filter finds (seed ${seed})`, async () => {
  const clause = (list: string) =>
    fc.constantFrom(...Object.keys(MEMBERS[list] ?? {})).chain((member) => {
      const its = (rows.get(list) ?? []).flatMap((row) => wireValue(row, member) ?? [])
      const values = its.flatMap((value) => [value, value.slice(0, 3), value.slice(-2), value.toUpperCase()])
      return fc.record({
        member: fc.constant(member),
        operator: fc.constantFrom(...OPERATORS),
        value: fc
          .constantFrom('x', '5', '46.95', 'true', 'false', 'a AND b', ...values)
          .map((value) => value.trim())
          .filter((value) => value !== '' && !value.includes('+')),
      })
    })
  const search = fc
    .constantFrom(...Object.keys(MEMBERS))
    .chain((list) => fc.tuple(fc.constant(list), fc.array(clause(list), { minLength: 1, maxLength: 3 })))
  await fc.assert(
    fc.asyncProperty(search, ([list, clauses]) => agree(list, clauses)),
    { ...options, seed, numRuns: sequences },
  )
})

test('microtenantId, page and pagesize cut each list as they say', async () => {
  for (const [list, whole] of rows) {
    for (const microtenant of ['0', '7', '8']) {
      const { list: found } = must(await ask('GET', `${list}?pagesize=500&microtenantId=${microtenant}`), 200)
      const isOfMicrotenants = 'microtenantId' in (MEMBERS[list] ?? {})
      const its = whole.filter((row) => !isOfMicrotenants || wireValue(row, 'microtenantId') === microtenant)
      expect([list, found.map(({ id }: Row) => id)]).toEqual([list, its.map(({ id }) => id)])
    }
    const second = must(await ask('GET', `${list}?page=2&pagesize=2`), 200)
    expect(second.list.map(({ id }: Row) => id)).toEqual(whole.slice(2, 4).map(({ id }) => id))
    expect(second.totalCount).toBe(String(whole.length))
  }
})
