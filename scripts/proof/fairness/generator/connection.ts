/** A kept-alive HTTP/1.1 connection that costs little: the generator must not take the CPU that the proof measures. */
import { connect } from 'node:net'

export type Received = {
  readonly status: number
  readonly body: Buffer | null
  /** The server closes the connection after this answer, as it does when it has not read the request's body. */
  readonly isLast: boolean
}

export type Connection = {
  /** One request at a time. Rejects when the connection ends before the answer does. @param keepsBody false drops it */
  send(request: readonly Buffer[], keepsBody: boolean): Promise<Received>
  close(): void
}

export function openConnection(host: string, port: number): Connection {
  const socket = connect({ host, port, noDelay: true })
  let waiting: PromiseWithResolvers<Received> | null = null
  let reader = createAnswerReader(false)
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = null
  }
  socket.on('data', (chunk) => {
    try {
      const received = reader.push(chunk)
      if (received === null) return
      waiting?.resolve(received)
      waiting = null
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)))
    }
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection was closed')))
  return {
    send(request, keepsBody) {
      if (socket.destroyed) return Promise.reject(new Error('the connection is closed'))
      waiting = Promise.withResolvers()
      reader = createAnswerReader(keepsBody)
      socket.cork()
      for (const part of request) socket.write(part)
      socket.uncork()
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
}

type AnswerReader = {
  /** Takes the next bytes; returns the answer when it is whole, otherwise null. */
  push(chunk: Buffer): Received | null
}

const HEAD_END = '\r\n\r\n'
const LINE_END = '\r\n'
const NO_BODY = new Set([204, 304])

/** Reads one answer that has a Content-Length, is chunked (RFC 9112 §7.1) or has no body; trailers are not expected. */
export function createAnswerReader(keepsBody: boolean): AnswerReader {
  let head: { readonly status: number; readonly isChunked: boolean; readonly isLast: boolean } | null = null
  /** Bytes that were received and not read yet. */
  let pending: Buffer = Buffer.alloc(0)
  /** Bytes of the body, or of the chunk, that are still to come. */
  let rest = 0
  let isLastChunk = false
  const kept: Buffer[] = []

  function readHead(): boolean {
    const end = pending.indexOf(HEAD_END)
    if (end < 0) return false
    const text = pending.toString('latin1', 0, end)
    pending = pending.subarray(end + HEAD_END.length)
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
    if (!status) throw new Error('not an HTTP/1.1 answer')
    const isChunked = /\r\ntransfer-encoding: *chunked/i.test(text)
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0)
    rest = isChunked || NO_BODY.has(status) ? 0 : length
    head = { status, isChunked, isLast: /\r\nconnection: *close/i.test(text) }
    return true
  }

  /** Null when the line is not whole yet. */
  function takeLine(): string | null {
    const end = pending.indexOf(LINE_END)
    if (end < 0) return null
    const line = pending.toString('latin1', 0, end)
    pending = pending.subarray(end + LINE_END.length)
    return line
  }

  /** False when more bytes must come first. */
  function readChunkSize(): boolean {
    for (let line = takeLine(); line !== null; line = takeLine()) {
      // The end of a chunk's line, or of the whole answer.
      if (line === '' && isLastChunk) return true
      if (line === '') continue
      rest = Number.parseInt(line, 16)
      if (Number.isNaN(rest)) throw new Error('not a chunk')
      isLastChunk = rest === 0
      if (!isLastChunk) return true
    }
    return false
  }

  function takeBody(): void {
    const taken = pending.subarray(0, rest)
    if (keepsBody) kept.push(taken)
    rest -= taken.length
    pending = pending.subarray(taken.length)
  }

  return {
    push(chunk) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      if (head === null && !readHead()) return null
      for (;;) {
        if (rest > 0) takeBody()
        if (rest > 0) return null
        const isWhole = !head?.isChunked || (readChunkSize() ? isLastChunk : null)
        if (isWhole === null) return null
        if (isWhole && head) {
          return { status: head.status, body: keepsBody ? Buffer.concat(kept) : null, isLast: head.isLast }
        }
      }
    },
  }
}
