/** Who may call a use case is data: asked before a use case touches anything, and readable by tests. */
import { describe, expect, test } from 'vitest'
import type { Actor } from '../../src/core/access/actor.ts'
import { openCase } from '../../src/core/access/cases/open-case.ts'
import { type Operation, operatorCase, within } from '../../src/core/access/cases/operator-case.ts'
import { type Admits, permissionOf, type UseCase } from '../../src/core/access/cases/use-case.ts'
import { PERMISSIONS, type Permission } from '../../src/core/access/permission.ts'
import { USE_CASES } from '../../src/core/core.ts'
import { ok } from '../../src/core/kernel/outcome.ts'
import type { Ports } from '../../src/core/ports.ts'

type AnyCase = UseCase<unknown[], unknown>

/** Fails whichever port is touched. */
const NO_PORTS = new Proxy({} as Ports, {
  get: (_, name) => {
    throw new Error(`the use case touched ${String(name)}`)
  },
})

const ALL = Object.entries(USE_CASES).flatMap(([noun, verbs]) =>
  Object.entries(verbs).map(([verb, run]) => [`${noun}.${verb}`, run as unknown as AnyCase] as const),
)
const OF_OPERATORS = ALL.flatMap(([name, run]) => {
  const asked = permissionOf(run)
  return asked === null ? [] : [[name, run, asked] as const]
})

function namesOf(isIn: (admits: Admits) => boolean): string[] {
  return ALL.flatMap(([name, { admits }]) => (isIn(admits) ? [name] : [])).sort()
}

function operationOf(
  permissions: readonly Permission[],
  scoped: readonly Permission[] = [],
): Operation & { readonly operation: Operation; readonly kind: 'operator' } {
  const actor: Actor = {
    principal: 1,
    kind: 'user',
    publicId: '1',
    name: 'a@test.example',
    organization: 1,
    by: { kind: 'session', id: '' },
    roles: [],
    permissions: new Set(permissions),
    scopes: new Map(scoped.map((permission) => [permission, [['1']]])),
  }
  const operation = { actor, request: { id: '', method: '', path: '', address: null } }
  // Use cases that devices may call, too, take the operation as a reader.
  return { ...operation, operation, kind: 'operator' }
}

const DENIED = { ok: false, fault: { kind: 'permission_missing' } }

test('most use cases ask for a permission', () => {
  expect(OF_OPERATORS.length).toBeGreaterThan(90)
})

test('every authenticated principal may call these, and no others', () => {
  expect(namesOf(({ who }) => who === 'member')).toEqual([
    'access.auditDenial',
    'access.getSelf',
    'access.listAssignableRoles',
    'apiKeys.changeOwnApiKey',
    'apiKeys.createOwnApiKey',
    'apiKeys.deleteOwnApiKey',
    'apiKeys.getOwnApiKey',
    'apiKeys.listOwnApiKeys',
    'jobs.countJobs',
    'jobs.deleteJob',
    'jobs.getJob',
    'jobs.getJobResult',
    'jobs.listJobs',
    'jobs.startJob',
    'labels.resolveManyLabels',
    'organizations.actForChild',
    'organizations.getOrganization',
    'overview.getOverview',
    'overview.getStanding',
    'profiles.sharedLedger',
    'roles.getBuiltInRole',
    'sessions.closeOwnSession',
    'sessions.closeSession',
    'sessions.listOwnSessions',
    'settings.getAttributes',
    'users.confirmUser',
    'users.countUsers',
    'users.getUser',
    'users.listMembershipsOfUser',
    'users.listUsers',
  ])
})

test('the permission of these depends on their input', () => {
  expect(namesOf((admits) => admits.who === 'operator' && admits.asks === 'by input')).toEqual([
    'keys.browseKeys',
    'users.changeUser',
    'users.getChangeableUser',
  ])
})

describe('an operator with every other permission is refused before anything is touched', () => {
  test.each(OF_OPERATORS)('%s', async (_, run, { permission }) => {
    const others = PERMISSIONS.filter((one) => one !== permission)
    expect(await run(NO_PORTS, operationOf(others))).toEqual(DENIED)
  })
})

describe('an operator whose permission holds within some labels is refused where it must hold everywhere', () => {
  test.each(OF_OPERATORS.filter(([, , { isWithin }]) => !isWithin))('%s', async (_, run, { permission }) => {
    expect(await run(NO_PORTS, operationOf(PERMISSIONS, [permission]))).toEqual(DENIED)
  })
})

describe('an operator whose permission holds within some labels passes where that is enough', () => {
  test.each(OF_OPERATORS.filter(([, , { isWithin }]) => isWithin))('%s', async (_, run, { permission }) => {
    await expect(run(NO_PORTS, operationOf([permission], [permission]), {}, {})).rejects.toThrow('touched')
  })
})

describe('a use case of the deployment is refused without its token before anything else is touched', () => {
  const token = 'a token of the deployment, long enough'
  const ports = new Proxy(NO_PORTS, {
    get: (all, name) => (name === 'bootstrapToken' ? token : Reflect.get(all, name)),
  })
  test.each(ALL.filter(([, { admits }]) => admits.who === 'deployment'))('%s', async (_, run) => {
    const refused = { ok: false, fault: { kind: 'credential_invalid' } }
    expect(await run(ports, { token: 'another', request: {} }, 0, 0)).toEqual(refused)
  })
})

describe('what does not declare who may call it does not compile', () => {
  const run = async (ports: Ports, _: Operation) => ok(ports.now())

  test('a function without a declaration is no use case', () => {
    // @ts-expect-error
    const undeclared: UseCase<never[], unknown> = run
    expect(undeclared).toBe(run)
  })

  test('a use case with an operator is not open', () => {
    // @ts-expect-error
    expect(openCase(run).admits).toEqual({ who: 'anyone' })
  })

  test('a permission that does not exist is none', () => {
    // @ts-expect-error
    expect(permissionOf(operatorCase(within('labels.burn'), run))).not.toBeNull()
  })
})
