/** What one client asked of one key, the answer, and the key's state by the rules: the model of the checker. */

export type Call =
  /** claim null: a repeat can't be known as one, and spends again. */
  | { readonly does: 'redeem'; readonly claim: string | null }
  | { readonly does: 'limit'; readonly max: number | null }
  | { readonly does: 'switch'; readonly on: boolean }
  | { readonly does: 'revoke' }
  | { readonly does: 'revoke_agent'; readonly agent: string; readonly andKey: 'disable' | 'keep' }
  | { readonly does: 'leave'; readonly agent: string }
  | { readonly does: 'read' }

export type KeyView = {
  readonly max: number | null
  readonly on: boolean
  readonly isRevoked: boolean
  readonly uses: number
}

/** The answer to the client; agents by their ids. */
export type Reply =
  | { readonly kind: 'made' | 'repeated'; readonly agent: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'done' }
  | { readonly kind: 'seen'; readonly key: KeyView }
  /** Of the key after an agent was revoked. */
  | { readonly kind: 'left'; readonly on: boolean; readonly usesLeft: number | null }

/** One call, with the instants (of one monotonic clock) between which it took effect. */
export type Operation = {
  readonly call: Call
  readonly begin: number
  /** Infinity: no answer came, so that it took effect at any time from `begin` on, or never. */
  readonly end: number
  readonly reply: Reply | null
}

type Undo = () => void

type Holder = { readonly agent: string | null; readonly state: 'active' | 'revoked' }

/** Everything that the rules need to remember of a key. Agents without a name yet are null. */
export class KeyModel {
  max: number | null
  on = true
  isRevoked = false
  uses = 0
  /** Of a claim, until its agent left. */
  readonly holders = new Map<string, Holder>()
  /** Of agents without a claim, and what became of all. */
  readonly ended = new Map<string, 'revoked' | 'left'>()

  constructor(max: number | null) {
    this.max = max
  }

  /** Takes the call if its answer is right by the rules now; returns how to undo it, or null when it is not. */
  take({ call, reply }: Operation): Undo | null {
    switch (call.does) {
      case 'redeem':
        return this.#redeem(call.claim, reply)
      case 'limit':
        return this.#change(reply, () => this.#set('max', call.max))
      case 'switch':
        return this.#change(reply, () => this.#set('on', call.on))
      case 'revoke':
        return this.#agrees(reply, () => this.#set('isRevoked', true))
      case 'leave':
        return this.#leave(call.agent, reply)
      case 'revoke_agent':
        return this.#revokeAgent(call.agent, call.andKey, reply)
      case 'read':
        return this.#agrees(reply, () => NOTHING)
    }
  }

  #redeem(claim: string | null, reply: Reply | null): Undo | null {
    const holder = claim === null ? undefined : this.holders.get(claim)
    const isOff = this.isRevoked || !this.on || holder?.state === 'revoked'
    const isSpent = this.max !== null && this.uses >= this.max
    if (isOff || (!holder && isSpent)) return asRefused(reply)
    if (holder) {
      if (reply?.kind !== 'repeated' || (holder.agent ?? reply.agent) !== reply.agent) return null
      return holder.agent === null ? this.#hold(claim, { ...holder, agent: reply.agent }) : NOTHING
    }
    if (reply !== null && reply.kind !== 'made') return null
    return both(
      this.#set('uses', this.uses + 1),
      this.#hold(claim, { agent: reply?.agent ?? null, state: 'active' }),
    )
  }

  /** Changes of a revoked key are refused. */
  #change(reply: Reply | null, change: () => Undo): Undo | null {
    if (this.isRevoked) return asRefused(reply)
    return this.#agrees(reply, change)
  }

  #agrees(reply: Reply | null, change: () => Undo): Undo | null {
    const undo = change()
    if (reply === null) return undo
    if (reply.kind === 'seen') {
      const { max, on, isRevoked, uses } = reply.key
      const isRight = max === this.max && on === this.on && isRevoked === this.isRevoked && uses === this.uses
      if (isRight) return undo
    }
    undo()
    return null
  }

  #leave(agent: string, reply: Reply | null): Undo | null {
    if (this.ended.has(agent)) return asRefused(reply)
    return reply === null || reply.kind === 'done' ? this.#end(agent, 'left') : null
  }

  /** Done twice it is as good as done once, and disables the key again. */
  #revokeAgent(agent: string, andKey: 'disable' | 'keep', reply: Reply | null): Undo | null {
    const before = this.ended.get(agent)
    if (before === 'left') return asRefused(reply)
    const ended = before ? NOTHING : this.#end(agent, 'revoked')
    const disabled = andKey === 'disable' && !this.isRevoked ? this.#set('on', false) : NOTHING
    const undo = both(ended, disabled)
    const usesLeft = this.max === null ? null : Math.max(0, this.max - this.uses)
    const isOn = this.on && !this.isRevoked
    if (reply === null || (reply.kind === 'left' && reply.on === isOn && reply.usesLeft === usesLeft))
      return undo
    undo()
    return null
  }

  #end(agent: string, state: 'revoked' | 'left'): Undo {
    this.ended.set(agent, state)
    const held = [...this.holders].find(([, holder]) => holder.agent === agent)
    const undo = held ? this.#hold(held[0], state === 'left' ? null : { agent, state }) : NOTHING
    return both(undo, () => this.ended.delete(agent))
  }

  #hold(claim: string | null, holder: Holder | null): Undo {
    if (claim === null) return NOTHING
    const before = this.holders.get(claim)
    if (holder) this.holders.set(claim, holder)
    else this.holders.delete(claim)
    return () => {
      if (before) this.holders.set(claim, before)
      else this.holders.delete(claim)
    }
  }

  #set<M extends 'max' | 'on' | 'isRevoked' | 'uses'>(member: M, value: KeyModel[M]): Undo {
    const before = { [member]: this[member] }
    Object.assign(this, { [member]: value })
    return () => {
      Object.assign(this, before)
    }
  }
}

const NOTHING: Undo = () => {}

/** What changes nothing is right where it was refused; where no answer came there is no need to take it. */
function asRefused(reply: Reply | null): Undo | null {
  return reply?.kind === 'refused' ? NOTHING : null
}

/** The later change is undone first. */
function both(first: Undo, second: Undo): Undo {
  return () => {
    second()
    first()
  }
}
