/**
 * Every role of every dialect × every route of the native API that asks for a permission × one's own and another organization,
 * without a scope, and with one that the thing asked about is within or outside of.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { type AskedPermission, permissionOf } from '../../../src/core/access/cases/use-case.ts'
import { type Permission, SCOPED } from '../../../src/core/access/permission.ts'
import { roles as datonis } from '../../../src/dialects/datonis/roles/roles.ts'
import { roles as illumio } from '../../../src/dialects/illumio/edge/roles.ts'
import { roles as native } from '../../../src/dialects/native/edge/roles.ts'
import { roles as zpa } from '../../../src/dialects/zpa/edge/roles.ts'
import { calledBy } from '../../support/called-case.ts'
import {
  type Labelled,
  makeApproval,
  makeEnrolled,
  makeLabelled,
  makeLabelledProfile,
  makeSlotOf,
} from '../../support/labelled.ts'
import { type Answer, basic, clientOf } from '../../support/native-client.ts'
import {
  call,
  FOR_OPERATORS,
  makePeople,
  type NativeRoute,
  named,
  sampleOf,
  timeless,
} from '../../support/native-routes.ts'
import type { Subjects } from '../../support/native-samples.ts'
import { type Client, makeMembers, makeOrganization, type Organization } from '../../support/organization.ts'
import { expectStatus, makeLabel } from '../../support/pairing.ts'
import { leavesUnchanged } from '../../support/unchanged.ts'

const ROLES = Object.keys({ ...illumio, ...zpa, ...datonis, ...native })

const OWNER = ['illumio:owner']
const MANAGERS = [...OWNER, 'illumio:admin', 'illumio:workload_manager', 'zpa:admin']
const READERS = [...MANAGERS, 'illumio:read_only', 'illumio:global_object_provisioner', 'zpa:read_only']
const AUDITORS = [
  ...OWNER,
  'illumio:admin',
  'illumio:read_only',
  'illumio:global_object_provisioner',
  'zpa:admin',
]
const MEMBERS = [
  ...READERS,
  'illumio:ruleset_manager',
  'illumio:limited_ruleset_manager',
  'illumio:ruleset_provisioner',
  'illumio:ruleset_viewer',
]

/** The roles that have each permission: the tables of the dialects are held against it. */
const MAY: Readonly<Partial<Record<Permission, readonly string[]>>> = {
  'access.read': OWNER,
  'access.write': OWNER,
  'agents.approve': MANAGERS,
  'agents.read': MEMBERS,
  'agents.revoke': MANAGERS,
  'agents.write': MANAGERS,
  'events.read': AUDITORS,
  'keys.read': READERS,
  'keys.revoke': MANAGERS,
  'keys.mint': [...MANAGERS, 'native:minter'],
  'keys.write': MANAGERS,
  'profiles.read': READERS,
  'profiles.write': MANAGERS,
  'settings.write': OWNER,
}

/**
 * What a scope makes of that. `within`: only of what has the labels; `never`: a role with a scope may not; `everywhere`: it
 * may as without one.
 */
type Scoped = 'within' | 'never' | 'everywhere'

/** Samples that a scope makes something else of than their use case’s permission says. */
const SCOPED_SAMPLES: Readonly<Record<string, Scoped>> = {
  // Without labels it is outside of every scope.
  profiles_create: 'never',
  // A list has what is within the scope.
  profiles_list: 'everywhere',
  approvals_list: 'everywhere',
  // What is outside of the scope is as what is not kept.
  explain_request: 'everywhere',
  // Of every profile: with one it is within that one’s labels.
  keys_list: 'never',
}

/** The answer to a sample that is let in, unless it succeeds. */
const STATUSES: Readonly<Record<string, number>> = {
  // Of a key that is not suspended.
  api_keys_release: 404,
}

type Entry = { readonly may: readonly string[]; readonly scoped: Scoped }

/** Who may call a route, from the permission of the use case that it calls. */
let table: ReadonlyMap<string, Entry>

type Members = ReadonlyMap<string, Client>

let acme: Organization
let label: { readonly own: string; readonly foreign: string }
let members: { readonly unscoped: Members; readonly scoped: Members; readonly strangers: Members }
/** What is of the organization and has no labels. */
let beside: Pick<Subjects, 'event' | 'account' | 'user' | 'session' | 'webhook' | 'delivery'>
/** What every refused call is about, and what no call changes. */
let kept: { readonly own: Labelled; readonly foreign: Labelled }
/** What the calls that are let in change a part of, or what they add to. */
let spent: { readonly own: Labelled; readonly foreign: Labelled }

beforeAll(async () => {
  acme = await makeOrganization()
  const other = await makeOrganization()
  label = { own: await makeLabel(acme, 'app', 'A'), foreign: await makeLabel(acme, 'app', 'B') }
  members = {
    unscoped: await makeMembers(acme.id, ROLES),
    scoped: await makeMembers(acme.id, ROLES, [label.own.split('/').at(-1) ?? '']),
    strangers: await makeMembers(other.id, ROLES),
  }
  kept = { own: await make('own'), foreign: await make('foreign') }
  spent = { own: await make('own'), foreign: await make('foreign') }
  const events = expectStatus(await acme.owner.get('/v1/events?type=profile.create&limit=1'), 200)
  beside = { event: events.items[0].id, ...(await people()), session: '0'.repeat(32) }
  const entries = ROUTES.map(async ([id, route]) => [id, await entryFor(id, route)] as const)
  table = new Map(await Promise.all(entries))
  // A management call delivers all that a ledger had for D1: lists stand still from here on.
  for (const { key } of Object.values(kept)) {
    expectStatus(await acme.owner.ask('PATCH', `/v1/keys/${key}`, { body: { name: 'settled' } }), 200)
  }
})
leavesUnchanged(snapshot)

const ROUTES = named(FOR_OPERATORS)

test.each(ROUTES)('%s asks for the permission of the use case that it calls', async (_, route) => {
  const admits = await calledBy(route, subjectsOf(kept.own))
  if (admits.who !== 'operator') throw new Error('the use case is not for operators')
  // The one whose permission depends on its input lists keys.
  const asked = admits.asks === 'by input' ? 'keys.read' : admits.asks.permission
  expect(route.access).toBe(asked)
})

test.each(Object.entries(MAY))('%s is a permission of these roles, and no others', (permission, may) => {
  const roles: Readonly<Record<string, readonly string[]>> = { ...illumio, ...zpa, ...datonis, ...native }
  expect(ROLES.filter((role) => roles[role]?.includes(permission)).sort()).toEqual([...may].sort())
})

/** How a role comes to a thing, and what of it is let in. */
const WAYS = [
  { who: 'unscoped', what: 'own' },
  { who: 'unscoped', what: 'foreign' },
  { who: 'scoped', what: 'own' },
  { who: 'scoped', what: 'foreign' },
] as const
type Way = (typeof WAYS)[number]

/** A role without the permission is refused whatever it asks about: once with a scope is enough, and once without. */
const FOR_ROLES_WITHOUT: readonly Way[] = [WAYS[0], WAYS[3]]

function isPermitted(id: string, role: string): boolean {
  return entryOf(id).may.includes(role)
}

function isLetIn(id: string, role: string, { who, what }: Way): boolean {
  const { scoped } = entryOf(id)
  if (!isPermitted(id, role)) return false
  return who === 'unscoped' || scoped === 'everywhere' || (scoped === 'within' && what === 'own')
}

describe('in one’s own organization', () => {
  test.each(ROUTES)('%s is 403 for who may not, and changes nothing', async (id, route) => {
    for (const way of WAYS) {
      const without = FOR_ROLES_WITHOUT.includes(way)
      const isRefused = (role: string) => (without || isPermitted(id, role)) && !isLetIn(id, role, way)
      for (const role of ROLES.filter(isRefused)) {
        expect([role, way, codeOf(await ask(members[way.who], role, route, kept[way.what]))]).toEqual([
          role,
          way,
          // RFC 6750 §3.1, where OAuth has a word of its own.
          id === 'introspect' ? '403 insufficient_scope' : '403 permission_missing',
        ])
      }
    }
  })

  test.each(ROUTES)('%s does it for who may', async (id, route) => {
    for (const way of WAYS) {
      for (const role of ROLES.filter((one) => isLetIn(id, one, way))) {
        const isRead = sampleOf(route, subjectsOf(kept.own)).does === 'read'
        const about = isRead ? kept[way.what] : await newFor(route, way.what)
        const fresh = isRead || !isAboutPeople(route) ? {} : await people()
        const { status } = await ask(members[way.who], role, route, about, fresh)
        expect([role, way, status]).toEqual([role, way, STATUSES[id] ?? successOf(route)])
      }
    }
  })
})

test('a minter of one profile mints keys of that one, and is refused by every other route', async () => {
  const owner = clientOf(acme.owner.authorization)
  const roles = [{ role: 'native:minter', profile_ids: [spent.own.profile] }]
  const account = await owner('POST', '/v1/service-accounts', { name: crypto.randomUUID(), roles })
  const input = { name: 'minter', service_account_id: account.json.id }
  const { id, secret } = (await owner('POST', '/v1/api-keys', input)).json
  const minter = clientOf(basic(id, secret))
  for (const [id, route] of ROUTES) {
    const own = await call(minter, route, subjectsOf(spent.own))
    const foreign = await call(minter, route, subjectsOf(spent.foreign))
    const refused = id === 'introspect' ? '403 insufficient_scope' : '403 permission_missing'
    expect([id, id === 'keys_create' ? own.status : codeOf(own)]).toEqual([
      id,
      id === 'keys_create' ? 201 : refused,
    ])
    expect([id, codeOf(foreign)]).toEqual([id, refused])
  }
})

describe('in another organization nothing is there, whatever one is at home', () => {
  test.each(ROUTES)('%s', async (id, route) => {
    const isAboutOne = route.path.includes(':') || id === 'keys_create'
    for (const role of ROLES) {
      const answer = await ask(members.strangers, role, route, kept.own)
      const wanted = isAboutOne ? 404 : successOf(route)
      expect([role, answer.status]).toEqual([role, isPermitted(id, role) ? wanted : 403])
      for (const secret of Object.values(kept.own)) expect(answer.text).not.toContain(secret)
    }
  })
})

test('a list of profiles has those within the scope', async () => {
  const scoped = members.scoped.get('illumio:workload_manager')
  const listed = expectStatus((await scoped?.get('/v1/profiles?limit=500')) as never, 200)
  const ids = listed.items.map(({ id }: { id: string }) => id)
  expect(ids).toContain(kept.own.profile)
  expect(ids).not.toContain(kept.foreign.profile)
})

async function entryFor(id: string, route: NativeRoute): Promise<Entry> {
  const may = MAY[route.access as Permission]
  if (!may) throw new Error(`${route.access} is not in the table of permissions`)
  const asked = permissionOf({ admits: await calledBy(route, subjectsOf(kept.own)) })
  const scoped = SCOPED_SAMPLES[id] ?? (asked && scopedBy(asked))
  if (!scoped) throw new Error(`${id} has a permission that depends on its input`)
  return { may, scoped }
}

function scopedBy({ permission, isWithin }: AskedPermission): Scoped {
  if (!SCOPED.has(permission)) return 'everywhere'
  return isWithin ? 'within' : 'never'
}

function entryOf(id: string): Entry {
  const entry = table.get(id)
  if (!entry) throw new Error(`${id} is not in the table`)
  return entry
}

function make(what: Way['what']): Promise<Labelled> {
  return makeLabelled(acme, [label[what]])
}

/** With a new one of what the route changes. */
async function newFor({ path }: NativeRoute, what: Way['what']): Promise<Labelled> {
  const rest = spent[what]
  if (path.includes(':profile')) return { ...rest, profile: await makeLabelledProfile(acme, [label[what]]) }
  if (path.includes(':approval')) return { ...rest, approval: await makeApproval(acme, rest.profile) }
  if (path.includes(':slot')) {
    const made = await makeEnrolled(acme, rest.profile)
    return { ...rest, ...made, slot: await makeSlotOf(acme, made.key) }
  }
  if (/:(key|agent)\b/.test(path)) return { ...rest, ...(await makeEnrolled(acme, rest.profile)) }
  return rest
}

function subjectsOf({ profile, key, slot, agent, approval }: Labelled): Subjects {
  return { profile, key, slot, agent, approval, credential: acme.owner.username, ...beside, version: '1' }
}

/** The sample of that route, about that. */
function ask(
  from: Members,
  role: string,
  route: NativeRoute,
  about: Labelled,
  fresh: Partial<Subjects> = {},
): Promise<Answer> {
  const client = clientOf(from.get(role)?.authorization ?? null)
  return call(client, route, { ...subjectsOf(about), ...fresh })
}

function people() {
  return makePeople(clientOf(acme.owner.authorization))
}

function isAboutPeople({ path }: NativeRoute): boolean {
  return /:(account|user|webhook)\b/.test(path)
}

function successOf({ replies }: NativeRoute): number {
  return Math.min(...Object.keys(replies).map(Number))
}

function codeOf({ status, json }: Answer): string {
  return `${status} ${json?.code ?? json?.error}`
}

async function snapshot(): Promise<readonly string[]> {
  const things = [kept.own, kept.foreign].flatMap(({ profile, key, agent }) => [
    `/v1/profiles/${profile}`,
    `/v1/keys/${key}`,
    `/v1/agents/${agent}`,
    `/v1/keys?profile_id=${profile}`,
  ])
  return Promise.all(things.map(async (path) => timeless((await acme.owner.get(path)).text)))
}
