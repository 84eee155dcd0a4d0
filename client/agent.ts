import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, openClient } from './client.ts'
import { errorOfCall, LatchkeyError } from './error.ts'
import type { components } from './native.ts'
import { type AgentIdentity, type AgentState, type AgentStore, fileStore } from './store.ts'

export type { AgentIdentity }

export type AgentOptions = {
  /** The server, such as `https://keys.example`. */
  readonly url: string
  /** A folder for the claim and the tokens, or another place for them. */
  readonly state: string | AgentStore
}

export type Enrollment = {
  readonly code: string
  readonly hostname?: string
  readonly facts?: Readonly<Record<string, string>>
  /** A certificate request (PKCS #10, PEM), of which a certificate is to come; the claim then goes with its public key. */
  readonly csr?: string
  /** A JWT of the platform that the machine runs on, for keys that ask for one. */
  readonly identityToken?: string
  /**
   * Called with each answer that an operator has yet to decide, whose code the operator sees, too. Absent: `enroll` rejects
   * with `waiting` at the first.
   */
  readonly onWaiting?: (waiting: { readonly comparisonCode: string; readonly expiresAt: string }) => void
  readonly signal?: AbortSignal
}

/** A certificate of the agent, with those above it. */
export type AgentCertificate = components['schemas']['Certificate']

export type Enrolled = {
  readonly agent: AgentIdentity
  /** A use was spent. */
  readonly isNew: boolean
  /** null: none was asked for. */
  readonly certificate: AgentCertificate | null
}

const WAIT_SECONDS = 5

/** This machine's agent. */
export class Agent {
  readonly url: string
  readonly #store: AgentStore
  readonly #client: Client
  #refresh: Promise<AgentState> | null = null

  constructor({ url, state }: AgentOptions) {
    this.url = new URL(url).origin
    this.#store = typeof state === 'string' ? fileStore(state) : state
    this.#client = openClient(this.url)
  }

  /** null: it is not enrolled yet. */
  get identity(): AgentIdentity | null {
    return this.#store.read()?.agent ?? null
  }

  /**
   * Redeems a code. The claim is kept before it is sent, so that a repeat after a lost answer gets the same agent and
   * spends nothing: it is safe to call at each start.
   */
  async enroll(enrollment: Enrollment): Promise<Enrolled> {
    const { code, hostname, facts, csr, identityToken, onWaiting, signal } = enrollment
    const body = {
      ...{ code, claim: this.#store.claim() },
      ...(hostname && { hostname }),
      ...(facts && { facts }),
      ...(csr && { csr }),
      ...(identityToken !== undefined && { identity_token: identityToken }),
    }
    for (;;) {
      const { data, error, response } = await this.#client.POST('/v1/enroll', {
        body,
        ...(signal && { signal }),
      })
      if (data === undefined) throw errorOfCall(this.url, { error, response })
      if ('agent' in data) {
        this.#store.write(stateOf(this.url, data.agent, data))
        return { agent: data.agent, isNew: response.status === 201, certificate: data.certificate ?? null }
      }
      const waiting = { comparisonCode: data.comparison_code ?? '', expiresAt: data.expires_at }
      if (!onWaiting) {
        throw new LatchkeyError(
          'waiting',
          `it waits for an operator, who sees the code ${waiting.comparisonCode}`,
        )
      }
      onWaiting(waiting)
      await sleep(1_000 * Number(response.headers.get('retry-after') ?? WAIT_SECONDS), undefined, { signal })
    }
  }

  /** A further certificate for the public key that it enrolled with. @param csr a request (PKCS #10, PEM) of that key */
  async certify(csr: string): Promise<AgentCertificate> {
    const headers = { Authorization: `Bearer ${await this.token()}` }
    const { data, error, response } = await this.#client.POST('/v1/agents/self/certificate', {
      body: { csr },
      headers,
    })
    if (data === undefined) throw errorOfCall(this.url, { error, response })
    return data
  }

  /**
   * An access token that is good. It is refreshed at two thirds of its life, once for all that ask at the same time; while
   * the server is away, the old one is given as long as it lasts.
   */
  async token(): Promise<string> {
    return (await this.state()).access_token
  }

  /** As `token`, with the times of it. */
  async state(): Promise<AgentState> {
    const kept = this.#kept()
    if (Date.now() < kept.refresh_at) return kept
    this.#refresh ??= this.#store
      .exclusively(() => this.#refreshed())
      .finally(() => {
        this.#refresh = null
      })
    return this.#refresh.catch((error: unknown) => {
      const isAway =
        error instanceof LatchkeyError && (error.kind === 'unreachable' || error.kind === 'refused')
      if (isAway && Date.now() < kept.expires_at) return kept
      throw error
    })
  }

  async #refreshed(): Promise<AgentState> {
    // Another process may have done it meanwhile.
    const kept = this.#kept()
    if (Date.now() < kept.refresh_at) return kept
    const { data, error, response } = await this.#client.POST('/v1/token', {
      body: { grant_type: 'refresh_token', refresh_token: kept.refresh_token },
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      bodySerializer: (body) => new URLSearchParams({ ...body }),
    })
    if (data !== undefined) {
      const state = stateOf(this.url, kept.agent, data)
      this.#store.write(state)
      return state
    }
    if (response.status !== 400) throw errorOfCall(this.url, { error, response })
    throw new LatchkeyError(
      'ended',
      `the agent ${kept.agent.id} may not go on: it was revoked, or its tokens were copied`,
      { status: 400 },
    )
  }

  #kept(): AgentState {
    const kept = this.#store.read()
    if (kept !== null) return kept
    throw new LatchkeyError('not_enrolled', 'this machine is not enrolled')
  }
}

function stateOf(url: string, agent: AgentIdentity, tokens: components['schemas']['Tokens']): AgentState {
  const { access_token, refresh_token, expires_in } = tokens
  const now = Date.now()
  return {
    url,
    agent,
    access_token,
    refresh_token,
    refresh_at: now + (expires_in * 1_000 * 2) / 3,
    expires_at: now + expires_in * 1_000,
  }
}
