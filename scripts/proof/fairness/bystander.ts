/**
 * Another organization's fleet: 20 new agents a second. A request is due every 50 ms, whether or not the earlier ones were
 * answered, and its wait counts from the moment when it was due, so that a stall shows in every request that it held up.
 */
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'

export const ENROLLMENTS_A_SECOND = 20
const EVERY_MS = 1_000 / ENROLLMENTS_A_SECOND

export type Waits = {
  /** Milliseconds of each enrollment, ascending; of one without an answer, how long the bystander waited for it. */
  readonly milliseconds: readonly number[]
  /** Answers other than 201, and connections that broke. */
  readonly errors: readonly string[]
  readonly unanswered: number
}

export type Watch = {
  /** Stops sending. Resolves when all requests were answered, after `patienceMs` at the latest. */
  end(patienceMs: number): Promise<Waits>
}

export type Bystander = {
  readonly url: string
  /** The code of a key without a limit. */
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
}

export function watchBystander({ url, code, headers }: Bystander): Watch {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 })
  const { hostname, port } = new URL(url)
  const begun = performance.now()
  const milliseconds: number[] = []
  const errors: string[] = []
  const open = new Set<{ readonly due: number }>()
  const ended = Promise.withResolvers<void>()
  let [sent, isOver] = [0, false]

  function enroll(due: number): void {
    const one = { due }
    open.add(one)
    const settle = (error: string | null) => {
      if (!open.delete(one)) return
      milliseconds.push(performance.now() - due)
      if (error !== null) errors.push(error)
      if (isOver && open.size === 0) ended.resolve()
    }
    const body = JSON.stringify({ code, claim: randomBytes(24).toString('base64url'), hostname: 'bystander' })
    const outgoing = request({
      ...{ agent, hostname, port, method: 'POST', path: '/v1/enroll' },
      headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    })
    outgoing.once('error', ({ message }) => settle(message))
    outgoing.once('response', (response) => {
      response.resume()
      response.once('error', ({ message }) => settle(message))
      response.once('end', () => {
        const { statusCode } = response
        settle(statusCode === 201 ? null : `answered ${statusCode}`)
      })
    })
    outgoing.end(body)
  }

  let timer: NodeJS.Timeout
  const sendWhatIsDue = () => {
    for (; begun + sent * EVERY_MS <= performance.now(); sent++) enroll(begun + sent * EVERY_MS)
    timer = setTimeout(sendWhatIsDue, Math.max(0, begun + sent * EVERY_MS - performance.now()))
  }
  sendWhatIsDue()
  return {
    async end(patienceMs) {
      clearTimeout(timer)
      isOver = true
      if (open.size === 0) ended.resolve()
      const patience = setTimeout(ended.resolve, patienceMs)
      await ended.promise
      clearTimeout(patience)
      const unanswered = [...open]
      open.clear()
      agent.destroy()
      const waited = unanswered.map(({ due }) => performance.now() - due)
      return {
        milliseconds: [...milliseconds, ...waited].toSorted((a, b) => a - b),
        errors,
        unanswered: unanswered.length,
      }
    },
  }
}
