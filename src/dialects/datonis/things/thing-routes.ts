import * as z from 'zod'
import type { Instruction } from '../../../core/devices/port.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { each, type SizedPage, slicesOfPage } from '../../../core/kernel/list-slices.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { prose, text } from '../../../http/text.ts'
import {
  formatOf,
  isDescending,
  Listing,
  listHead,
  Paging,
  pageOf,
  pick,
  searchOf,
  View,
} from '../edge/collection.ts'
import { operationOf, readerOf } from '../edge/edge.ts'
import type { Bag } from '../edge/parameters.ts'
import { listRoute, parameterRoute, type RecordList } from '../edge/route.ts'
import { Integer } from '../edge/values.ts'
import { asciiJson, sealInstruction } from '../mqtt/mqtt-payload.ts'
import { instructionTopic } from '../mqtt/mqtt-topics.ts'
import {
  AlertRecord,
  EventRecord,
  formatAlert,
  formatEvent,
  formatInstruction,
  formatThing,
  InstructionRecord,
  ThingRecord,
} from './thing-wire.ts'

const THINGS = '/api/v3/things'
const OneThing = z.object({ thing_key: z.string() })
const SingleThing = z.object({ thing: ThingRecord.partial() })

/** Newest first; times are epoch seconds, and `to` is not in. */
const Messages = View.extend({
  ...Paging.shape,
  from: Integer.optional(),
  to: Integer.optional(),
})

function listOf(name: string, record: z.ZodObject) {
  return z.object({
    total_count: z.int(),
    page: z.union([z.int(), z.string()]),
    [name]: z.array(record.partial()),
  })
}

/** The page as it is answered, with the members that were asked for alone. */
function recordList<Row>(
  call: Parameters<typeof readerOf>[0] & { readonly bag: Bag; readonly input: z.output<typeof View> },
  name: string,
  page: SizedPage<Row>,
  format: (row: Row) => object,
): RecordList {
  const reader = readerOf(call)
  const { organization } = reader.kind === 'device' ? reader.device : reader.operation.actor
  const read = slicesOfPage(
    page,
    each((row) => pick(format(row), call.input)),
  )
  return { organization, head: listHead(page.count, call.bag), name, read }
}

function span({ from, to }: z.output<typeof Messages>) {
  const at = (seconds: number | string | undefined) =>
    seconds === undefined ? undefined : Number(seconds) * 1_000
  return { since: at(from), until: at(to) }
}

const list = listRoute({
  method: 'get',
  path: THINGS,
  access: 'reader',
  operation: { id: 'things_get', summary: 'List things, by their keys' },
  input: Listing,
  reply: listOf('things', ThingRecord),
  handle: async (call) => {
    const { core, input } = call
    const query = { search: searchOf(input), isDescending: isDescending(input) }
    const found = await core.devices.listThings(readerOf(call), query, pageOf(input))
    return map(found, (page) =>
      recordList(call, 'things', page, (thing) => formatThing(thing, formatOf(input))),
    )
  },
})

const get = parameterRoute({
  method: 'get',
  path: `${THINGS}/:thing_key`,
  access: 'reader',
  operation: { id: 'thing_get', summary: 'One thing' },
  params: OneThing,
  input: View,
  reply: SingleThing,
  handle: async (call) => {
    const { core, input, params } = call
    const found = await core.devices.getThing(readerOf(call), params.thing_key)
    return found.ok ? ok({ thing: pick(formatThing(found.value, formatOf(input)), input) }) : found
  },
})

const create = parameterRoute({
  method: 'post',
  path: THINGS,
  access: 'things.write',
  operation: {
    id: 'things_post',
    summary: 'Make a thing that no device has registered yet',
    description: 'Its key is what the device is configured with.',
  },
  input: View.extend({
    thing: z.object({
      name: text(255).trim().min(1),
      description: prose(8_192).nullish(),
      bi_directional: z.boolean().nullish(),
    }),
  }),
  reply: SingleThing,
  handle: async (call) => {
    const { name, description, bi_directional } = call.input.thing
    const facts = bi_directional === undefined || bi_directional === null ? {} : { bi_directional }
    const thing = { name, description: description ?? '', facts }
    const made = await call.core.devices.createThing(operationOf(call), thing)
    return made.ok ? ok({ thing: formatThing(made.value, formatOf(call.input)) }) : made
  },
})

const listEvents = listRoute({
  method: 'get',
  path: `${THINGS}/:thing_key/events`,
  access: 'reader',
  operation: { id: 'thing_events_get', summary: 'What a thing’s devices reported, newest first' },
  params: OneThing,
  input: Messages,
  reply: listOf('events', EventRecord),
  handle: async (call) => {
    const { core, input, params } = call
    const query = { thing: params.thing_key, ...span(input) }
    const found = await core.devices.listEvents(readerOf(call), query, pageOf(input))
    return map(found, (page) =>
      recordList(call, 'events', page, (event) => formatEvent(event, formatOf(input))),
    )
  },
})

const listAlerts = listRoute({
  method: 'get',
  path: '/api/v3/alerts',
  access: 'reader',
  operation: { id: 'alerts_get', summary: 'List alerts, newest first' },
  input: Messages.extend({ thing_key: z.string().max(64).optional() }),
  reply: listOf('alerts', AlertRecord),
  handle: async (call) => {
    const { core, input } = call
    const query = { thing: input.thing_key, ...span(input) }
    const found = await core.devices.listAlerts(readerOf(call), query, pageOf(input))
    return map(found, (page) =>
      recordList(call, 'alerts', page, (alert) => formatAlert(alert, formatOf(input))),
    )
  },
})

const listInstructions = listRoute({
  method: 'get',
  path: '/api/v3/instructions',
  access: 'reader',
  operation: { id: 'instructions_get', summary: 'List instructions, newest first' },
  input: View.extend({ ...Paging.shape, thing_key: z.string().max(64).optional() }),
  reply: listOf('instructions', InstructionRecord),
  handle: async (call) => {
    const { core, input } = call
    const query = { thing: input.thing_key }
    const found = await core.devices.listInstructions(readerOf(call), query, pageOf(input))
    return map(found, (page) =>
      recordList(call, 'instructions', page, (one) => formatInstruction(one, formatOf(input))),
    )
  },
})

const instruct = parameterRoute({
  method: 'post',
  path: `${THINGS}/:thing_key/instructions`,
  access: 'things.write',
  operation: {
    id: 'thing_instructions_post',
    summary: 'Keep and sign an instruction for a thing',
    description:
      'The answer has the topic and the payload for the broker, which delivers it: a Worker speaks no MQTT. The device ' +
      'answers with an alert that has the `alert_key`.',
  },
  params: OneThing,
  input: View.extend({ instruction: z.record(z.string(), z.json()) }),
  reply: z.object({
    instruction: InstructionRecord,
    mqtt: z.object({ topic: z.string(), payload: z.string() }),
  }),
  handle: async (call) => {
    const { core, input, params } = call
    const body = input.instruction as JsonObject
    const made = await core.devices.sendInstruction(operationOf(call), params.thing_key, body, spell)
    if (!made.ok) return made
    const { instruction, text, signature } = made.value
    return ok({
      instruction: formatInstruction(instruction, formatOf(input)),
      mqtt: {
        topic: instructionTopic(instruction.accessKey, instruction.thing),
        payload: sealInstruction(text, instruction.accessKey, signature),
      },
    })
  },
})

function spell({ thing, key, body, createdAt }: Instruction): string {
  return asciiJson({
    thing_key: thing,
    alert_key: key,
    instruction_wrapper: { instruction: body },
    timestamp: createdAt,
  })
}

export const thingRoutes = [list, create, get, listEvents, listAlerts, listInstructions, instruct]
