import { refuse } from '../../../core/kernel/outcome.ts'
import type { Repeatable } from '../../../core/kernel/repeatable.ts'

type Stub = Record<PropertyKey, (...input: readonly unknown[]) => Promise<unknown>>
type IsRepeatable = boolean | ((...input: readonly unknown[]) => boolean)

/** A handle's methods as the object itself has them: the organization comes first. */
export type OfOrganization<P> = {
  readonly [M in keyof P]: P[M] extends (...input: infer I) => infer R
    ? (organization: number, ...input: I) => R
    : never
}

type Calls<P> = {
  /** A fresh stub. */
  readonly open: () => unknown
  readonly repeatable: Repeatable<P>
  /** What becomes of a call that may or may not have been made, and must not be made twice. */
  readonly otherwise: 'busy' | 'throw'
  /** What every call begins with. */
  readonly first?: readonly unknown[]
}

/** An object's methods, each over a fresh stub; an overloaded object is an expected refusal, not a failure. */
export function remote<P extends object>({ open, repeatable, otherwise, first = [] }: Calls<P>): P {
  const call = (method: PropertyKey, input: readonly unknown[]): Promise<unknown> => {
    const found = (open() as Stub)[method]
    if (!found) throw new Error(`the object has no ${String(method)}`)
    return found(...first, ...input)
  }
  return new Proxy({} as P, {
    get:
      (_, method) =>
      async (...input: readonly unknown[]) => {
        try {
          return await call(method, input)
        } catch (error) {
          const { overloaded, retryable } = error as { overloaded?: boolean; retryable?: boolean }
          const busy = refuse({ kind: 'busy', retryAfterSeconds: 1 })
          if (overloaded) return busy
          if (!retryable) throw error
          const may = (repeatable as Readonly<Record<PropertyKey, IsRepeatable>>)[method] ?? false
          if (typeof may === 'function' ? may(...input) : may) return call(method, input)
          if (otherwise === 'busy') return busy
          throw error
        }
      },
  })
}
