// Sends a load in a process of its own, so that it does not hold up the bystander. Ends with the process that started it.

import { setPriority } from 'node:os'
import { type Connection, openConnection } from './connection.ts'
import type { PackedTraffic, ToGenerator } from './start-generator.ts'
import { CARRIED, type TrafficReport } from './traffic.ts'

/** The server and the bystander come first on a machine with few cores. */
const NICENESS = 10
const RECONNECT_MS = 20

type Prepared = {
  readonly what: string
  readonly keepsBody: boolean
  parts(): readonly Buffer[]
  learn(body: Buffer): void
}

setPriority(NICENESS)
process.on('disconnect', () => process.exit())
process.once('message', ({ url, traffic }: ToGenerator) => {
  const prepared = prepareAll(new URL(url), traffic)
  process.once('message', async (milliseconds: number) => {
    process.send?.(await run(new URL(url), traffic, prepared, milliseconds))
    process.disconnect()
  })
  process.send?.('ready')
})

function prepareAll({ host }: URL, { requests, bodies }: PackedTraffic): readonly Prepared[] {
  const shared = bodies.map((body) => Buffer.from(body))
  return requests.map(({ method, path, headers, body, carries }) => {
    const text = body === null ? '' : (bodies[body] ?? '')
    const headOf = (length: number) => {
      const fields = { Host: host, ...headers, ...(body !== null && { 'Content-Length': String(length) }) }
      const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
      return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
    }
    const partsWith = (value: string) => {
      const own = Buffer.from(text.replace(CARRIED, value))
      return [headOf(own.length), own]
    }
    const whole = body === null ? Buffer.alloc(0) : (shared[body] ?? Buffer.alloc(0))
    let parts = carries ? partsWith(carries.value) : [headOf(whole.length), whole]
    return {
      what: `${method} ${path.split('?')[0]}`,
      keepsBody: carries !== undefined,
      parts: () => parts,
      learn(answer) {
        const value: unknown = carries && JSON.parse(answer.toString())[carries.member]
        if (typeof value === 'string') parts = partsWith(value)
      },
    }
  })
}

async function run(
  { hostname, port }: URL,
  { connections, most = Number.POSITIVE_INFINITY, patienceMs = 0 }: PackedTraffic,
  prepared: readonly Prepared[],
  milliseconds: number,
): Promise<TrafficReport> {
  const statuses: Record<string, number> = {}
  const inFlight = new Map<Connection, { readonly what: string; readonly since: number }>()
  let [sent, answers, broken] = [0, 0, 0]
  let isOver = false
  let slowest: TrafficReport['slowest'] = null
  const note = (what: string, since: number) => {
    const waited = performance.now() - since
    if (waited > (slowest?.milliseconds ?? 0)) slowest = { what, milliseconds: waited }
  }
  const begun = performance.now()
  const deadline = begun + milliseconds
  const cpuBefore = process.cpuUsage()

  async function exchange(connection: Connection, next: Prepared): Promise<'kept' | 'closed' | 'lost'> {
    const since = performance.now()
    inFlight.set(connection, { what: next.what, since })
    try {
      const { status, body, isLast } = await connection.send(next.parts(), next.keepsBody)
      answers++
      statuses[status] = (statuses[status] ?? 0) + 1
      if (body && status < 300) next.learn(body)
      return isLast ? 'closed' : 'kept'
    } catch {
      if (!isOver) broken++
      return 'lost'
    } finally {
      note(next.what, since)
      inFlight.delete(connection)
    }
  }

  async function sendInTurn(): Promise<void> {
    while (sent < most && performance.now() < deadline) {
      const connection = openConnection(hostname, Number(port))
      open.add(connection)
      let state: Awaited<ReturnType<typeof exchange>> = 'kept'
      while (state === 'kept' && sent < most && performance.now() < deadline) {
        const next = prepared[sent++ % prepared.length]
        if (!next) throw new Error('a load sends something')
        state = await exchange(connection, next)
      }
      open.delete(connection)
      connection.close()
      if (state === 'lost') await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS))
    }
  }

  const open = new Set<Connection>()
  const end = setTimeout(() => {
    isOver = true
    for (const { what, since } of inFlight.values()) note(what, since)
    for (const connection of open) connection.close()
  }, milliseconds + patienceMs)
  await Promise.all(Array.from({ length: connections }, sendInTurn))
  clearTimeout(end)
  const seconds = (performance.now() - begun) / 1_000
  const { user, system } = process.cpuUsage(cpuBefore)
  return { seconds, answers, statuses, broken, cpuShare: (user + system) / 1e6 / seconds, slowest }
}
