import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LoadRequest, Traffic, TrafficReport } from './traffic.ts'

/** A body that many requests share is sent to the process once. */
export type PackedTraffic = Omit<Traffic, 'requests'> & {
  readonly bodies: readonly string[]
  readonly requests: readonly (Omit<LoadRequest, 'body'> & {
    /** An index into `bodies`; null when there is no body. */
    readonly body: number | null
  })[]
}

export type ToGenerator = { readonly url: string; readonly traffic: PackedTraffic }

export type Generator = AsyncDisposable & {
  /** Resolves when `most` requests were answered, or when the time and the traffic's patience are over. */
  run(milliseconds: number): Promise<TrafficReport>
}

const SCRIPT = join(import.meta.dirname, 'generator.ts')

/** Resolves when the process has prepared its requests. */
export async function startGenerator(url: string, traffic: Traffic): Promise<Generator> {
  const child = spawn(process.execPath, [SCRIPT], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  const exit = once(child, 'exit')
  const lost = exit.then(([code]): never => {
    throw new Error(`the load generator ended early, with exit ${code}`)
  })
  lost.catch(() => {})
  const message = async () => (await Promise.race([once(child, 'message'), lost]))[0]
  child.send({ url, traffic: pack(traffic) } satisfies ToGenerator)
  await message()
  return {
    async run(milliseconds) {
      child.send(milliseconds)
      return (await message()) as TrafficReport
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

function pack({ requests, ...rest }: Traffic): PackedTraffic {
  const indexes = new Map<string, number>()
  const indexOf = (body: string) => {
    const index = indexes.get(body) ?? indexes.size
    indexes.set(body, index)
    return index
  }
  const packed = requests.map(({ body, ...request }) => ({
    ...request,
    body: body === undefined ? null : indexOf(body),
  }))
  return { ...rest, requests: packed, bodies: [...indexes.keys()] }
}
