/** What devices wrote about things, and the instructions for them. */
import * as z from 'zod'
import { ALERT_SEVERITIES } from '../../../core/devices/delivery.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import {
  formatOf,
  isAscending,
  Ordering,
  Paging,
  pageOf,
  Searching,
  searchOf,
  View,
} from '../edge/collection.ts'
import { operationOf, readerOf } from '../edge/edge.ts'
import { actFor, Oem, organizationOf, readFor } from '../edge/oem.ts'
import { listOf, recordList } from '../edge/record-list.ts'
import { listRoute, parameterRoute } from '../edge/route.ts'
import { Integer } from '../edge/values.ts'
import { Publication, publicationOf, spell } from '../mqtt/instructions.ts'
import {
  AlertRecord,
  EventRecord,
  formatAlert,
  formatEvent,
  formatInstruction,
  InstructionRecord,
} from './thing-wire.ts'

const OneThing = z.object({ thing_key: z.string() })
const Key = z.string().max(64).optional()
const DAY_MILLISECONDS = 86_400_000

/** Times are epoch seconds, and `to` is not in. */
const Span = { from: Integer.optional(), to: Integer.optional() }
const Messages = View.extend({ ...Paging.shape, ...Ordering, ...Oem.shape })

/** One type or several, as a list or as a text with commas; an empty list is no type at all. */
const AlertTypes = z
  .union([z.array(z.unknown()), z.string(), z.int()])
  .transform((value) => (typeof value === 'string' ? value.split(',') : [value].flat()))
  .transform((types) => types.map((type) => String(type).trim()).filter((type) => type !== ''))
  .refine((types) => types.every((type) => /^[0-3]$/.test(type)), 'Must be of 0, 1, 2 and 3')
  .transform((types) => types.flatMap((type) => ALERT_SEVERITIES[Number(type)] ?? []))
  .optional()
  .meta({ description: 'Of 0, 1, 2 and 3; also as one text with commas' })

function span({
  from,
  to,
}: {
  readonly from?: number | string | undefined
  readonly to?: number | string | undefined
}) {
  const at = (seconds: number | string | undefined) =>
    seconds === undefined ? undefined : Number(seconds) * 1_000
  return { since: at(from), until: at(to) }
}

const listEvents = listRoute({
  method: 'get',
  path: '/api/v3/things/:thing_key/events',
  access: 'reader',
  operation: {
    id: 'thing_events_get',
    summary: 'What a thing’s devices reported, newest first',
    description: 'An event can be read about a second after it was acknowledged.',
  },
  params: OneThing,
  input: Messages.extend(Span),
  reply: listOf('events', EventRecord),
  handle: async (call) => {
    const { core, input, params } = call
    const reader = await readFor(core, readerOf(call), input)
    if (!reader.ok) return reader
    const query = { thing: params.thing_key, isOldestFirst: isAscending(input), ...span(input) }
    const found = await core.devices.listEvents(reader.value, query, pageOf(input))
    return map(found, (page) =>
      recordList(call, organizationOf(reader.value), 'events', page, (event) =>
        formatEvent(event, formatOf(input)),
      ),
    )
  },
})

const listAlerts = listRoute({
  method: 'get',
  path: '/api/v3/alerts',
  access: 'reader',
  operation: { id: 'alerts_get', summary: 'List alerts, newest first' },
  input: Messages.extend({
    ...Span,
    ...Searching,
    thing_key: Key,
    instruction_key: Key,
    alert_type: AlertTypes,
  }),
  reply: listOf('alerts', AlertRecord),
  handle: async (call) => {
    const { core, input } = call
    const reader = await readFor(core, readerOf(call), input)
    if (!reader.ok) return reader
    const query = {
      thing: input.thing_key,
      instruction: input.instruction_key,
      severities: input.alert_type,
      search: searchOf(input),
      isOldestFirst: isAscending(input),
      ...span(input),
    }
    const found = await core.devices.listAlerts(reader.value, query, pageOf(input))
    return map(found, (page) =>
      recordList(call, organizationOf(reader.value), 'alerts', page, (alert) =>
        formatAlert(alert, formatOf(input)),
      ),
    )
  },
})

const countLatest = parameterRoute({
  method: 'get',
  path: '/api/v3/alerts/latest_alert_count',
  access: 'reader',
  operation: { id: 'alerts_latest_count', summary: 'The number of alerts within the last 24 hours' },
  input: Oem,
  reply: z.object({ latest_alert_count: z.int() }),
  handle: async (call) => {
    const { core, input } = call
    const reader = await readFor(core, readerOf(call), input)
    if (!reader.ok) return reader
    const counted = await core.devices.countAlerts(reader.value, call.now - DAY_MILLISECONDS)
    return map(counted, (latest_alert_count) => ({ latest_alert_count }))
  },
})

const listInstructions = listRoute({
  method: 'get',
  path: '/api/v3/instructions',
  access: 'reader',
  operation: { id: 'instructions_get', summary: 'List instructions, newest first' },
  input: Messages.extend({ ...Searching, thing_key: Key }),
  reply: listOf('instructions', InstructionRecord),
  handle: async (call) => {
    const { core, input } = call
    const reader = await readFor(core, readerOf(call), input)
    if (!reader.ok) return reader
    const query = { thing: input.thing_key, search: searchOf(input), isOldestFirst: isAscending(input) }
    const found = await core.devices.listInstructions(reader.value, query, pageOf(input))
    return map(found, (page) =>
      recordList(call, organizationOf(reader.value), 'instructions', page, (one) =>
        formatInstruction(one, formatOf(input)),
      ),
    )
  },
})

const instruct = parameterRoute({
  method: 'post',
  path: '/api/v3/things/:thing_key/instructions',
  access: 'things.write',
  operation: {
    id: 'thing_instructions_post',
    summary: 'Keep and sign an instruction for a thing',
    description:
      'The answer has the topic and the payload for the broker, which delivers it: a Worker speaks no MQTT. A broker that ' +
      'asks `/internal/mqtt/instructions` has it from there. The device answers with an alert that has the `alert_key`.',
  },
  params: OneThing,
  input: View.extend({ ...Oem.shape, instruction: z.record(z.string(), z.json()) }),
  reply: z.object({
    instruction: InstructionRecord,
    mqtt: Publication,
  }),
  handle: async (call) => {
    const { core, input, params } = call
    const operation = await actFor(core, operationOf(call), input)
    if (!operation.ok) return operation
    const body = input.instruction as JsonObject
    const made = await core.devices.sendInstruction(operation.value, params.thing_key, body, spell)
    if (!made.ok) return made
    return ok({
      instruction: formatInstruction(made.value.instruction, formatOf(input)),
      mqtt: await publicationOf(made.value),
    })
  },
})

export const messageRoutes = [listEvents, listAlerts, countLatest, listInstructions, instruct]
