import { refuse } from '../../../core/kernel/outcome.ts'

type Stub = Record<PropertyKey, (...input: readonly unknown[]) => Promise<unknown>>

/** What becomes of a call that may or may not have been made. */
export type AfterLoss = 'repeat' | 'busy' | 'throw'

/** An object's methods, each over a fresh stub; an overloaded object is an expected refusal, not a failure. */
export function remote<P extends object>(
  open: () => unknown,
  afterLoss: (method: PropertyKey, input: readonly unknown[]) => AfterLoss,
): P {
  const call = (method: PropertyKey, input: readonly unknown[]): Promise<unknown> => {
    const found = (open() as Stub)[method]
    if (!found) throw new Error(`the object has no ${String(method)}`)
    return found(...input)
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
          const next = afterLoss(method, input)
          if (next === 'repeat') return call(method, input)
          if (next === 'busy') return busy
          throw error
        }
      },
  })
}
