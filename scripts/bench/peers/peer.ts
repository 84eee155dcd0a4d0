import type { Request } from 'autocannon'

/** Another program that lets machines in by a counted token, as far as it can be measured like Latchkey. */
export type Peer = {
  readonly name: string
  /** What its figures are of: storage, and settings that differ from its own. */
  readonly setting: string
  readonly url: string
  /** Makes a token that lets in at most that many. */
  makeToken(uses: number): Promise<string>
  /** The requests of one enrollment, in their order. Only the last one of an enrollment that succeeds is answered 2xx. */
  enrollment(token: string): readonly Request[]
}

/** Installs it below the folder, if it is not there yet, and starts it on loopback until `undo` ends. */
export type StartPeer = (folder: string, undo: AsyncDisposableStack, signal: AbortSignal) => Promise<Peer>
