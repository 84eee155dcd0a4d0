import type { Access, NativeRoute } from './edge.ts'

const SECURITY: Readonly<Record<string, Record<string, string[]>[]>> = {
  anyone: [],
  agent: [{ agent_token: [] }],
  bootstrap: [{ bootstrap_token: [] }],
  metrics: [{ metrics_token: [] }],
  session: [{ session_token: [] }],
  member: [{ api_key: [] }, { session_token: [] }],
}

/** Whether a route is for operators: those who have the permission that is its access. */
export function isForOperators({ access }: Pick<NativeRoute, 'access'>): boolean {
  return !Object.hasOwn(SECURITY, access)
}

/** How callers of a route say who they are. */
export function securityOf(access: Access): Record<string, string[]>[] {
  return SECURITY[access] ?? [{ api_key: [] }, { session_token: [] }]
}

/** The routes, those for operators each with its permission in the description. */
export function documented(routes: readonly NativeRoute[]): readonly NativeRoute[] {
  return routes.map((route) => {
    if (!isForOperators(route)) return route
    const { description } = route.operation
    const permission = `Permission: \`${route.access}\`.`
    return {
      ...route,
      operation: {
        ...route.operation,
        description: description ? `${description}\n\n${permission}` : permission,
      },
    }
  })
}
