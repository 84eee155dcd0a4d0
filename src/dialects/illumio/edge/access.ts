import type { Access, IllumioRoute } from './edge.ts'
import { ROLE_NAMES, ROLE_PREFIX, roles } from './roles.ts'

/** The roles that let one in; null: it is not a matter of roles. */
export function rolesOf(access: Access): readonly string[] | null {
  switch (access) {
    case 'public':
    case 'authenticated':
    case 'self':
    case 'password':
    case 'present_password':
    case 'sign_in':
      return null
    default:
      return ROLE_NAMES.filter((name) =>
        (roles as Readonly<Record<string, readonly string[]>>)[ROLE_PREFIX + name]?.includes(access),
      )
  }
}

const WITHOUT_ROLES = {
  public: 'Any caller.',
  authenticated: 'Any authenticated caller.',
  self: 'The user whom the path names, whatever their roles.',
  password: 'The user, with their password.',
  present_password: 'The user, with their password or an initial one.',
  sign_in: 'A user, with a login token or an API key.',
} as const

/** The routes, each with who may call it in its description. */
export function documented(routes: readonly IllumioRoute[]): readonly IllumioRoute[] {
  return routes.map((route) => {
    const { description } = route.operation
    const who = whoMay(route.access)
    return {
      ...route,
      operation: { ...route.operation, description: description ? `${description}\n\n${who}` : who },
    }
  })
}

function whoMay(access: Access): string {
  const names = rolesOf(access)
  if (names === null) return WITHOUT_ROLES[access as keyof typeof WITHOUT_ROLES]
  return names.length === ROLE_NAMES.length ? 'Every role.' : `Roles: ${names.join(', ')}.`
}

/** How callers of a route say who they are. */
export function securityOf(access: Access): Record<string, string[]>[] {
  switch (access) {
    case 'public':
      return []
    case 'password':
    case 'present_password':
      return [{ password: [] }]
    case 'sign_in':
      return [{ login_token: [] }, { api_key: [] }]
    default:
      return [{ api_key: [] }, { session: [] }]
  }
}
