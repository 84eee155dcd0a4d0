import autocannon from 'autocannon'

export type Load = {
  readonly url: string
  readonly connections: number
  /** How long, or how many requests. */
  readonly extent: { readonly seconds: number } | { readonly requests: number }
  readonly request: autocannon.Request
}

export type Sample = {
  readonly answers: number
  readonly perSecond: number
  readonly medianMs: number
  readonly p99Ms: number
}

const TIMEOUT_SECONDS = 30
// autocannon ends a run at such a tick; a second, as it comes, would be a large part of a short run.
const SAMPLE_MS = 50

/** A run in which anything was refused or lost has measured something else: it throws. */
export async function runLoad({ url, connections, extent, request }: Load): Promise<Sample> {
  const result = await autocannon({
    url,
    connections,
    timeout: TIMEOUT_SECONDS,
    sampleInt: SAMPLE_MS,
    ...('seconds' in extent ? { duration: extent.seconds } : { amount: extent.requests }),
    requests: [request],
  })
  const { errors, timeouts, non2xx, duration, latency } = result
  const answers = result['2xx']
  if (errors + timeouts + non2xx > 0 || answers === 0) {
    const what = `${answers} good answers, ${non2xx} others, ${errors} errors, ${timeouts} timeouts`
    throw new Error(`${request.method} ${url}${request.path}: ${what}`)
  }
  return { answers, perSecond: answers / duration, medianMs: latency.p50, p99Ms: latency.p99 }
}
