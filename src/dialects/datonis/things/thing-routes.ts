import * as z from 'zod'
import type { ThingChange } from '../../../core/devices/port.ts'
import type { JsonObject } from '../../../core/kernel/json.ts'
import { map, ok } from '../../../core/kernel/outcome.ts'
import { given } from '../../../http/members.ts'
import { prose, text } from '../../../http/text.ts'
import { DeviceKey, ThingKey } from '../devices/device-wire.ts'
import {
  formatOf,
  isDescending,
  Listing,
  pageOf,
  pick,
  searchOf,
  unsupported,
  View,
} from '../edge/collection.ts'
import { type DatonisRoute, operationOf, readerOf } from '../edge/edge.ts'
import { actFor, Oem, organizationOf, readFor } from '../edge/oem.ts'
import { listOf, recordList } from '../edge/record-list.ts'
import { listRoute, parameterRoute } from '../edge/route.ts'
import { Flag, Names } from '../edge/values.ts'
import { formatThing, ThingRecord } from './thing-wire.ts'

const THINGS = '/api/v3/things'
const OneThing = z.object({ thing_key: z.string() })
const SingleThing = z.object({ thing: ThingRecord.partial() })

const Name = text(255).trim().min(1)
/** What a device would register, and an operator may say as well. */
const Facts = {
  bi_directional: Flag.nullish(),
  user_defined_properties: z.record(z.string(), z.json()).nullish(),
  tags: z.json().optional(),
}
const Members = z.object({ name: Name.optional(), description: prose(8_192).nullish(), ...Facts })

/** The vendor's filters of things, but for those by what Latchkey has none of. */
const Filters = {
  things: Names.optional(),
  bi_directional: Flag.optional(),
  expr: unsupported('expressions'),
  group_key: unsupported('groups'),
  thing_template_key: unsupported('thing templates'),
}

const list = listRoute({
  method: 'get',
  path: THINGS,
  access: 'reader',
  operation: { id: 'things_get', summary: 'List things, by their keys' },
  input: Listing.extend({ ...Oem.shape, ...Filters }),
  reply: listOf('things', ThingRecord),
  handle: async (call) => {
    const { core, input } = call
    const reader = await readFor(core, readerOf(call), input)
    if (!reader.ok) return reader
    const { things: keys, bi_directional: isSet } = input
    const query = {
      keys,
      search: { ...searchOf(input), facts: ['tags'] },
      flag: isSet === undefined ? undefined : { fact: 'bi_directional', isSet },
      isDescending: isDescending(input),
    }
    const found = await core.devices.listThings(reader.value, query, pageOf(input))
    return map(found, (page) =>
      recordList(call, organizationOf(reader.value), 'things', page, (thing) =>
        formatThing(thing, formatOf(input)),
      ),
    )
  },
})

const get = parameterRoute({
  method: 'get',
  path: `${THINGS}/:thing_key`,
  access: 'reader',
  operation: { id: 'thing_get', summary: 'One thing' },
  params: OneThing,
  input: View.extend(Oem.shape),
  reply: SingleThing,
  handle: async (call) => {
    const { core, input, params } = call
    const reader = await readFor(core, readerOf(call), input)
    if (!reader.ok) return reader
    const found = await core.devices.getThing(reader.value, params.thing_key)
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
    description:
      'Its key is what the device is configured with. A `thing_key` of one’s own is taken; with a `device_key` alone it ' +
      'is the thing that a device will register by that name.',
  },
  input: View.extend({
    ...Oem.shape,
    thing_template_key: unsupported('thing templates'),
    thing: Members.extend({ name: Name, thing_key: ThingKey.nullish(), device_key: DeviceKey.nullish() }),
  }),
  reply: SingleThing,
  handle: async (call) => {
    const { core, input } = call
    const operation = await actFor(core, operationOf(call), input)
    if (!operation.ok) return operation
    const { name, description, thing_key, device_key, ...facts } = input.thing
    const thing = {
      name,
      description: description ?? '',
      key: thing_key || null,
      deviceKey: device_key || null,
      facts: factsOf({ ...facts, device_key }),
    }
    const made = await core.devices.createThing(operation.value, thing)
    return made.ok ? ok({ thing: formatThing(made.value, formatOf(input)) }) : made
  },
})

function change(method: 'put' | 'patch'): DatonisRoute {
  return parameterRoute({
    method,
    path: `${THINGS}/:thing_key`,
    access: 'things.write',
    operation: {
      id: `thing_${method}`,
      summary: 'Change a thing',
      description:
        'What is absent stays. The members may stand in `thing` or beside it, since a client writes back all that it has ' +
        'read. The next registration by a device may change them again.',
    },
    params: OneThing,
    input: View.extend({ ...Oem.shape, ...Members.shape, thing: Members.optional() }),
    reply: SingleThing,
    handle: async (call) => {
      const { core, input, params } = call
      const operation = await actFor(core, operationOf(call), input)
      if (!operation.ok) return operation
      const wanted = changeOf({ ...input, ...given(input.thing ?? {}) })
      const changed = await core.devices.changeThing(operation.value, params.thing_key, wanted)
      return changed.ok ? ok({ thing: pick(formatThing(changed.value, formatOf(input)), input) }) : changed
    },
  })
}

const remove = parameterRoute({
  method: 'delete',
  path: `${THINGS}/:thing_key`,
  access: 'things.write',
  operation: {
    id: 'thing_delete',
    summary: 'Delete a thing',
    description:
      'When this answers, no device can write about it until one registers it again. What was written about it stays as ' +
      'long as any message does.',
  },
  params: OneThing,
  input: Oem,
  reply: z.object({}),
  handle: async (call) => {
    const operation = await actFor(call.core, operationOf(call), call.input)
    if (!operation.ok) return operation
    return map(await call.core.devices.deleteThing(operation.value, call.params.thing_key), () => ({}))
  },
})

function changeOf({ name, description, ...facts }: z.output<typeof Members>): ThingChange {
  return given({
    name,
    description: description === undefined ? undefined : (description ?? ''),
    facts: factsOf(facts),
  })
}

function factsOf(
  facts: Pick<z.output<typeof Members>, 'bi_directional' | 'user_defined_properties' | 'tags'> & {
    readonly device_key?: string | null | undefined
  },
): JsonObject {
  const { bi_directional, user_defined_properties, tags, device_key } = facts
  return given({
    device_key: device_key || undefined,
    bi_directional: bi_directional ?? undefined,
    user_defined_properties: user_defined_properties ?? undefined,
    tags,
  }) as JsonObject
}

export const thingRoutes = [list, get, create, change('put'), change('patch'), remove]
