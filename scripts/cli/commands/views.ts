/** How keys and agents are shown: by several commands. */
import type { Json } from '../../lib/http/answer.ts'
import type { View } from '../output.ts'
import { relative } from '../shared.ts'

export const KEY_VIEW: View = {
  columns: [
    ['id', ({ id }) => id],
    ['name', ({ name }) => name],
    ['uses', usesOf],
    ['state', ({ state, paused_at }) => (paused_at && state === 'active' ? 'paused' : state)],
    ['last used', ({ last_redeemed_at }) => relative(last_redeemed_at)],
    ['expires', ({ expires_at }) => relative(expires_at) ?? 'never'],
    ['profile', ({ profile_id }) => profile_id],
  ],
  quiet: ({ id }) => id,
}

export const AGENT_VIEW: View = {
  columns: [
    ['id', ({ id }) => id],
    ['hostname', ({ hostname }) => hostname],
    ['state', ({ state }) => state],
    ['key', ({ key_id }) => key_id],
    ['use', ({ use }) => use],
    ['enrolled', ({ enrolled_at }) => relative(enrolled_at)],
    ['from', ({ enrolled_from }) => enrolled_from],
    ['seen', ({ seen_at }) => relative(seen_at)],
  ],
  quiet: ({ id }) => id,
}

/** `8 of 25` */
function usesOf({ uses, max_uses, held }: Json): string {
  return `${uses} of ${max_uses ?? 'unlimited'}${held > 0 ? `, ${held} held` : ''}`
}
