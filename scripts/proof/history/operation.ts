/** What one client asked of one key, the answer, and the key's state by the rules: the model of the checker. */

export type Call =
  /** claim null: a repeat can't be known as one, and spends again. */
  | { readonly does: 'redeem'; readonly claim: string | null }
  /** Of a key that lets uses be held. */
  | { readonly does: 'hold' | 'confirm' | 'cancel'; readonly claim: string }
  | { readonly does: 'pause'; readonly isPaused: boolean }
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
  readonly isPaused: boolean
  readonly uses: number
  readonly held: number
}

/** The answer to the client; agents by their ids. */
export type Reply =
  | { readonly kind: 'made' | 'repeated'; readonly agent: string }
  | { readonly kind: 'held' }
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
  isPaused = false
  uses = 0
  /** Claims for which uses are held. None lapses while it is watched, and no limit is lowered below what is held. */
  readonly holds = new Set<string>()
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
      case 'hold':
        return this.#holdUse(call.claim, reply)
      case 'confirm':
        return this.#confirm(call.claim, reply)
      case 'cancel':
        return this.#cancel(call.claim, reply)
      case 'pause':
        return this.#pause(call.isPaused, reply)
      case 'limit':
        return this.#change(reply, () => this.#set('max', call.max))
      case 'switch':
        return this.#change(reply, () => this.#set('on', call.on))
      case 'revoke':
        return this.#agrees(reply, () => this.#revoke())
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
    if (this.#isOff(holder)) return asRefused(reply)
    if (claim !== null && holder) return this.#repeat(claim, holder, reply)
    const isHeld = claim !== null && this.holds.has(claim)
    if (!isHeld && (this.isPaused || this.#isTaken())) return asRefused(reply)
    return this.#make(claim, reply)
  }

  /** What is held stays so, also while the key is paused. */
  #holdUse(claim: string, reply: Reply | null): Undo | null {
    const holder = this.holders.get(claim)
    if (this.#isOff(holder)) return asRefused(reply)
    if (holder) return this.#repeat(claim, holder, reply)
    const isHeld = this.holds.has(claim)
    if (!isHeld && (this.isPaused || this.#isTaken())) return asRefused(reply)
    if (reply !== null && reply.kind !== 'held') return null
    return isHeld ? NOTHING : this.#open(claim)
  }

  /** Never a redemption of its own. */
  #confirm(claim: string, reply: Reply | null): Undo | null {
    const holder = this.holders.get(claim)
    if (this.#isOff(holder)) return asRefused(reply)
    if (holder) return this.#repeat(claim, holder, reply)
    return this.holds.has(claim) ? this.#make(claim, reply) : asRefused(reply)
  }

  #cancel(claim: string, reply: Reply | null): Undo | null {
    const holder = this.holders.get(claim)
    if (this.#isOff(holder)) return asRefused(reply)
    if (holder) return this.#repeat(claim, holder, reply)
    return reply === null || reply.kind === 'done' ? this.#close(claim) : null
  }

  /** Of a revoked key it is refused; that it goes on never is. */
  #pause(isPaused: boolean, reply: Reply | null): Undo | null {
    const change = () => this.#set('isPaused', isPaused)
    return isPaused ? this.#change(reply, change) : this.#agrees(reply, change)
  }

  #isOff(holder: Holder | undefined): boolean {
    return this.isRevoked || !this.on || holder?.state === 'revoked'
  }

  #isTaken(): boolean {
    return this.max !== null && this.uses + this.holds.size >= this.max
  }

  #repeat(claim: string, holder: Holder, reply: Reply | null): Undo | null {
    if (reply?.kind !== 'repeated' || (holder.agent ?? reply.agent) !== reply.agent) return null
    return holder.agent === null ? this.#keep(claim, { ...holder, agent: reply.agent }) : NOTHING
  }

  /** The agent of what is held, or of a further use. */
  #make(claim: string | null, reply: Reply | null): Undo | null {
    if (reply !== null && reply.kind !== 'made') return null
    const used = both(claim === null ? NOTHING : this.#close(claim), this.#set('uses', this.uses + 1))
    return both(used, this.#keep(claim, { agent: reply?.agent ?? null, state: 'active' }))
  }

  #open(claim: string): Undo {
    this.holds.add(claim)
    return () => this.holds.delete(claim)
  }

  #close(claim: string): Undo {
    return this.holds.delete(claim) ? () => this.holds.add(claim) : NOTHING
  }

  /** Returns what is held. */
  #revoke(): Undo {
    const returned = [...this.holds].map((claim) => this.#close(claim))
    return both(this.#set('isRevoked', true), () => {
      for (const undo of returned) undo()
    })
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
      if (this.#isAs(reply.key)) return undo
    }
    undo()
    return null
  }

  #isAs({ max, on, isRevoked, isPaused, uses, held }: KeyView): boolean {
    const isLimited = max === this.max && uses === this.uses && held === this.holds.size
    return isLimited && on === this.on && isRevoked === this.isRevoked && isPaused === this.isPaused
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
    const usesLeft = this.max === null ? null : Math.max(0, this.max - this.uses - this.holds.size)
    const isOn = this.on && !this.isRevoked
    if (reply === null || (reply.kind === 'left' && reply.on === isOn && reply.usesLeft === usesLeft))
      return undo
    undo()
    return null
  }

  #end(agent: string, state: 'revoked' | 'left'): Undo {
    this.ended.set(agent, state)
    const held = [...this.holders].find(([, holder]) => holder.agent === agent)
    const undo = held ? this.#keep(held[0], state === 'left' ? null : { agent, state }) : NOTHING
    return both(undo, () => this.ended.delete(agent))
  }

  #keep(claim: string | null, holder: Holder | null): Undo {
    if (claim === null) return NOTHING
    const before = this.holders.get(claim)
    if (holder) this.holders.set(claim, holder)
    else this.holders.delete(claim)
    return () => {
      if (before) this.holders.set(claim, before)
      else this.holders.delete(claim)
    }
  }

  #set<M extends 'max' | 'on' | 'isRevoked' | 'isPaused' | 'uses'>(member: M, value: KeyModel[M]): Undo {
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
