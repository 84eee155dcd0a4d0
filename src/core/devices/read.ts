import type { SizedPage } from '../kernel/fairness/list-slices.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import type {
  Alert,
  AlertQuery,
  DeviceEvent,
  Instruction,
  InstructionQuery,
  MessageQuery,
  Paging,
  Thing,
  ThingQuery,
} from './port.ts'
import { readerCase } from './reader-case.ts'

export const getThing = readerCase(
  'things.read',
  async (ports, organization, key: string): Promise<Outcome<Thing>> => {
    const found = await ports.devices.findThing(organization, key)
    return found ? ok(found) : notFound('thing')
  },
)

export const listThings = readerCase(
  'things.read',
  async (
    ports,
    organization,
    query: Omit<ThingQuery, 'organization'>,
    page: Paging,
  ): Promise<Outcome<SizedPage<Thing>>> =>
    ok(await ports.devices.listThings({ ...query, organization }, page)),
)

export const listEvents = readerCase(
  'things.read',
  async (
    ports,
    organization,
    query: Omit<MessageQuery, 'organization'> & { readonly thing: string },
    page: Paging,
  ): Promise<Outcome<SizedPage<DeviceEvent>>> => {
    if (!(await ports.devices.findThing(organization, query.thing))) return notFound('thing')
    return ok(await ports.devices.listEvents({ ...query, organization }, page))
  },
)

export const listAlerts = readerCase(
  'alerts.read',
  async (
    ports,
    organization,
    query: Omit<AlertQuery, 'organization'>,
    page: Paging,
  ): Promise<Outcome<SizedPage<Alert>>> =>
    ok(await ports.devices.listAlerts({ ...query, organization }, page)),
)

/** Counts those received at or after `since`, in Unix milliseconds. */
export const countAlerts = readerCase(
  'alerts.read',
  async (ports, organization, since: number): Promise<Outcome<number>> =>
    ok(await ports.devices.countAlerts({ organization, since })),
)

export const listInstructions = readerCase(
  'instructions.read',
  async (
    ports,
    organization,
    query: Omit<InstructionQuery, 'organization'>,
    page: Paging,
  ): Promise<Outcome<SizedPage<Instruction>>> =>
    ok(await ports.devices.listInstructions({ ...query, organization }, page)),
)
