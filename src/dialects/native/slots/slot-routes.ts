import * as z from 'zod'
import { MAX_SLOT_VALUE } from '../../../core/enrollment/ledger/rules/slots.ts'
import { SLOT_STATES } from '../../../core/enrollment/ledger/slot.ts'
import { map } from '../../../core/kernel/outcome.ts'
import { text } from '../../../http/text.ts'
import {
  formatSlot,
  formatSlotCounts,
  SlotCountsReply,
  SlotReply,
  SlotsInput,
} from '../../../http/words/slot-wire.ts'
import { KeyId, SlotId } from '../../../http/words/wire.ts'
import { nativeRoute, operationOf } from '../edge/edge.ts'
import { nextCursor, Paging, pageOf } from '../edge/paging.ts'

const ofKey = z.object({ key: KeyId })
const ofSlot = z.object({ key: KeyId, slot: SlotId })

const list = nativeRoute({
  method: 'get',
  path: '/v1/keys/:key/slots',
  access: 'keys.read',
  operation: {
    id: 'slots_list',
    summary: 'The machines that a key expects: those that are missing, and those that are filled',
    description: 'From the key’s ledger, exact to this instant, in the order in which they were added.',
  },
  params: ofKey,
  subject: 'key',
  query: z.strictObject({
    ...Paging,
    state: z.enum(SLOT_STATES).optional(),
    value: text(MAX_SLOT_VALUE).optional().describe('The slots of this value, however it is written'),
  }),
  replies: {
    200: { description: 'A page of slots', schema: pageOf(SlotReply).extend({ counts: SlotCountsReply }) },
  },
  handle: async (call) => {
    const { limit, cursor = null, state, value } = call.query
    const page = { after: cursor, limit: limit + 1 }
    const found = await call.core.slots.listSlots(operationOf(call), call.params.key, { state, value }, page)
    return map(found, ({ slots, counts }) => {
      const shown = slots.slice(0, limit)
      return {
        status: 200,
        json: {
          items: shown.map(formatSlot),
          next_cursor: nextCursor(slots.length > limit ? shown.at(-1) : undefined),
          counts: formatSlotCounts(counts),
        },
      }
    })
  },
})

const add = nativeRoute({
  method: 'post',
  path: '/v1/keys/:key/slots',
  access: 'keys.write',
  operation: {
    id: 'slots_add',
    summary: 'Expect machines: add slots to a key',
    description:
      'All of them or none. One that is there already stays as it is. From now on the key lets in only machines of its ' +
      'slots (`only_expected`).',
  },
  params: ofKey,
  subject: 'key',
  body: { schema: SlotsInput, encoding: 'json' },
  replies: {
    200: {
      description: 'How many were added, and how many there are',
      schema: z.object({ added: z.int(), counts: SlotCountsReply }).meta({ id: 'SlotsAdded' }),
    },
  },
  handle: async (call) => {
    const input = await call.body()
    if (!input.ok) return input
    const added = await call.core.slots.addSlots(operationOf(call), call.params.key, input.value.slots)
    return map(added, ({ added, counts }) => ({
      status: 200,
      json: { added, counts: formatSlotCounts(counts) },
    }))
  },
})

const remove = nativeRoute({
  method: 'delete',
  path: '/v1/keys/:key/slots/:slot',
  access: 'keys.write',
  operation: {
    id: 'slots_remove',
    summary: 'Take a machine off the list of a key',
    description: 'A 409 while its agent is active. A use that is held for it goes back.',
  },
  params: ofSlot,
  subject: 'slot',
  replies: { 204: { description: 'The key expects it no more' } },
  handle: async (call) => {
    const { key, slot } = call.params
    return map(await call.core.slots.removeSlot(operationOf(call), key, slot), () => ({ status: 204 }))
  },
})

const refill = nativeRoute({
  method: 'post',
  path: '/v1/keys/:key/slots/:slot/refill',
  access: 'keys.write',
  operation: {
    id: 'slots_refill',
    summary: 'Let a slot be filled once more',
    description:
      'For a machine that was installed again. A 409 while its agent is active: revoke that first.',
  },
  params: ofSlot,
  subject: 'slot',
  replies: { 200: { description: 'The slot, which is missing again', schema: SlotReply } },
  handle: async (call) => {
    const { key, slot } = call.params
    const refilled = await call.core.slots.refillSlot(operationOf(call), key, slot)
    return map(refilled, (slot) => ({ status: 200, json: formatSlot(slot) }))
  },
})

export const slotRoutes = [list, add, remove, refill]
