import autocannon from 'autocannon'
import { each, inRounds } from '../report/rounds.ts'
import { median, noise } from '../report/statistics.ts'
import { formatFigure } from '../report/table.ts'
import type { Peer } from './peer.ts'

/** How one did: enrollments a second in each round, and how many each token of `USES` let in. */
export type Result = {
  readonly peer: Peer
  readonly rates: readonly number[]
  readonly admitted: readonly number[]
}

export type Extent = {
  /** Before it counts: a Java program is compiled while it runs. */
  readonly warmUpSeconds: number
  readonly rounds: number
  readonly seconds: number
  readonly tokens: number
}

const CONNECTIONS = 16
const PLENTY = 1_000_000

export const USES = 25
export const RIVALS = 64

/** Its rate at 16 connections with one token that does not end, then tokens of 25 uses, each asked for by 64 connections. */
export async function measurePeer(peer: Peer, extent: Extent, signal: AbortSignal): Promise<Result> {
  const token = await peer.makeToken(PLENTY)
  const measures = [{ id: peer.name }]
  const enroll = (seconds: number) => (_: unknown, factor: number) => enrollFor(peer, token, seconds * factor)
  await inRounds(measures, 1, enroll(extent.warmUpSeconds), signal)
  const { rounds, repeated } = await inRounds(measures, extent.rounds, enroll(extent.seconds), signal)
  const rates = each(rounds, peer.name, (rate) => rate).filter((rate) => rate !== null)
  if (rates.length === 0) throw new Error(repeated.at(-1))
  const admitted: number[] = []
  for (let n = 0; n < extent.tokens; n++) {
    signal.throwIfAborted()
    admitted.push(await race(peer, await peer.makeToken(USES)))
  }
  return { peer, rates, admitted }
}

async function enrollFor(peer: Peer, token: string, seconds: number): Promise<number> {
  const requests = [...peer.enrollment(token)]
  const result = await autocannon({
    url: peer.url,
    connections: CONNECTIONS,
    timeout: 30,
    duration: seconds,
    requests,
  })
  if (result['2xx'] === 0) {
    const { non2xx, errors, statusCodeStats = {} } = result
    const codes = Object.keys(statusCodeStats).join(', ')
    throw new Error(`no enrollment in ${seconds} s: ${non2xx} other answers (${codes}), ${errors} errors`)
  }
  return result['2xx'] / result.duration
}

/** How many of 64 connections, with two enrollments each, a token lets in. */
async function race(peer: Peer, token: string): Promise<number> {
  const requests = [...peer.enrollment(token)]
  const amount = RIVALS * 2 * requests.length
  const result = await autocannon({ url: peer.url, connections: RIVALS, timeout: 30, amount, requests })
  return result['2xx']
}

export function rowOf({ peer, rates, admitted }: Result): readonly string[] {
  const of = `${Math.min(...admitted)} to ${Math.max(...admitted)}`
  return [
    peer.name,
    formatFigure(median(rates)),
    rates.length < 2 ? '' : formatFigure(Math.round(noise(rates) * 100)),
    Math.min(...admitted) === Math.max(...admitted) ? formatFigure(admitted[0] ?? Number.NaN) : of,
    peer.setting,
  ]
}
