/** Every operation of the document, with requests that it allows and requests that no client would send. */
import * as fc from 'fast-check'
import type { Progress } from '../lib/cli/progress.ts'
import { type Client, openClient } from '../lib/http/agent-client.ts'
import type { Own } from './api/dialect.ts'
import { dialectOf } from './api/dialects.ts'
import { type ApiOperation, readApi } from './api/document.ts'
import { makeOwn, namesFor } from './api/own.ts'
import { askOf, isOfOperation, recipesOf } from './api/request.ts'
import { watchSecrets } from './api/secrets.ts'
import { atLeast, none, type Part } from './report.ts'
import { type Subject, startSubject } from './subject.ts'

export type FuzzPlan = { readonly requests: number; readonly seed: number }

const AT_ONCE = 8
/** Requests delete what they are about: now and then there must be something new. */
const REFURNISH_EVERY = 100

export async function proveFuzz(plan: FuzzPlan, progress: Progress, signal: AbortSignal): Promise<Part> {
  await using undo = new AsyncDisposableStack()
  const subject = await startSubject(undo)
  const client = openClient(subject.url, AT_ONCE * 2)
  undo.defer(() => client.close())
  const api = await readApi(client)
  const belongings = openBelongings(client, subject)
  const faults: string[] = []
  const good = new Set<string>()
  let sent = 0
  const numRuns = Math.ceil(plan.requests / api.operations.length)

  async function attack(operation: ApiOperation): Promise<void> {
    const dialect = dialectOf(operation.dialect)
    const recipes = recipesOf(api, operation, dialect.samples[operation.id])
    const property = fc.asyncProperty(recipes, async (recipe) => {
      signal.throwIfAborted()
      const { names, credentials } = await belongings.of(operation.dialect)
      const ask = askOf(operation, recipe, { names: namesFor(dialect, operation, names), credentials })
      const answer = await client.ask(ask)
      sent++
      progress.step()
      if (answer.status < 300) good.add(operation.id)
      const isStranger = recipe.credential !== 'valid' && operation.schemes.length > 0
      if (isStranger && answer.status < 400) throw new Error(`${ask.method} ${ask.path}: lets a stranger in`)
      const isElsewhere = answer.status === 404 && !isOfOperation(api, operation, recipe)
      const fault = isElsewhere ? null : api.faultOf(operation, answer)
      if (fault !== null) throw new Error(`${ask.method} ${ask.path}: ${fault}`)
    })
    const { counterexample, errorInstance } = await fc.check(property, {
      numRuns,
      seed: plan.seed,
      endOnFailure: true,
    })
    if (counterexample)
      faults.push(`${operation.id}: ${errorInstance} ${fc.stringify(counterexample).slice(0, 600)}`)
  }

  progress.begin(`requests to ${api.operations.length} operations`)
  const waiting = api.operations.filter((one) => !one.isOfDeployment).toReversed()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await attack(next)
    }),
  )
  for (const one of api.operations.filter((one) => one.isOfDeployment)) await attack(one)
  await subject.stop()
  const failures = subject.output().match(/^.*"what":"request failed".*$/gm) ?? []
  const untouched = api.operations.filter(({ id }) => !good.has(id)).map(({ id }) => id)
  return {
    title: 'Fuzz',
    notes: [
      `${sent} requests to ${api.operations.length} operations, seed ${plan.seed}.`,
      ...(untouched.length > 0 ? [`None succeeded at: ${untouched.join(', ')}.`] : []),
    ],
    checks: [
      atLeast('requests', sent, faults.length > 0 ? 0 : plan.requests),
      none('operations with an answer ≥ 500, not as documented, or to a stranger', faults),
      none('failures in the log', [...new Set(failures)]),
    ],
  }
}

/** One's own things of a dialect: made when first asked for, and again after a number of requests. */
function openBelongings(client: Client, subject: Subject) {
  const { secrets } = watchSecrets(client, [])
  const made = new Map<string, { readonly own: Promise<Own>; uses: number }>()
  return {
    of(tag: string): Promise<Own> {
      const known = made.get(tag)
      if (known && known.uses++ < REFURNISH_EVERY) return known.own
      const own = makeOwn(client, subject, dialectOf(tag), secrets)
      made.set(tag, { own, uses: 0 })
      return own
    },
  }
}
