import type { EdgeContext } from './context.ts'
import type { Reply } from './route.ts'

/** What a browser asks before a page of another site reads a public document. */
export const PREFLIGHT: Reply = {
  status: 204,
  headers: {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
    'Access-Control-Allow-Headers': '*',
    'Access-Control-Max-Age': '86400',
  },
}

export function respond(
  { traceHeader }: { readonly traceHeader?: string },
  c: EdgeContext,
  reply: Reply,
): Response {
  const { status, json, chunks } = reply
  const type = json === undefined ? null : { 'Content-Type': 'application/json' }
  const { id } = c.get('request')
  const trace = traceHeader === undefined ? null : { [traceHeader]: id }
  const ours = { 'X-Request-Id': id, ...trace, 'Cache-Control': 'no-store', ...type }
  const body =
    json === undefined
      ? (reply.bytes ?? reply.text ?? (chunks ? streamOf(chunks) : null))
      : JSON.stringify(json)
  // What the reply says itself counts: its names are spelled as ours are.
  return new Response(body, { status, headers: { ...ours, ...reply.headers } })
}

function streamOf(chunks: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const iterator = chunks[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      async cancel() {
        await iterator.return?.()
      },
    },
    // Nothing is made before the client has taken what was.
    { highWaterMark: 0 },
  )
}
