import { denialOf, type Operation } from '../access/operator-case.ts'
import type { SizedPage } from '../kernel/list-slices.ts'
import { notFound, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { Device } from './authenticate.ts'
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
import { admitDevice } from './submit.ts'

/** An operator, or a device whose role lets it read. */
export type Reader =
  | { readonly kind: 'operator'; readonly operation: Operation }
  | { readonly kind: 'device'; readonly device: Device }

type Readable = 'things.read' | 'alerts.read' | 'instructions.read'

export async function getThing(ports: Ports, reader: Reader, key: string): Promise<Outcome<Thing>> {
  const permitted = await organizationOf(ports, reader, 'things.read')
  if (!permitted.ok) return permitted
  const found = await ports.devices.findThing(permitted.value, key)
  return found ? ok(found) : notFound('thing')
}

export async function listThings(
  ports: Ports,
  reader: Reader,
  query: Omit<ThingQuery, 'organization'>,
  page: Paging,
): Promise<Outcome<SizedPage<Thing>>> {
  const permitted = await organizationOf(ports, reader, 'things.read')
  if (!permitted.ok) return permitted
  return ok(await ports.devices.listThings({ ...query, organization: permitted.value }, page))
}

export async function listEvents(
  ports: Ports,
  reader: Reader,
  query: Omit<MessageQuery, 'organization'> & { readonly thing: string },
  page: Paging,
): Promise<Outcome<SizedPage<DeviceEvent>>> {
  const found = await getThing(ports, reader, query.thing)
  if (!found.ok) return found
  return ok(await ports.devices.listEvents({ ...query, organization: found.value.organization }, page))
}

/** @param since Unix milliseconds: of those received at or after it */
export async function countAlerts(ports: Ports, reader: Reader, since: number): Promise<Outcome<number>> {
  const permitted = await organizationOf(ports, reader, 'alerts.read')
  if (!permitted.ok) return permitted
  return ok(await ports.devices.countAlerts({ organization: permitted.value, since }))
}

export async function listAlerts(
  ports: Ports,
  reader: Reader,
  query: Omit<AlertQuery, 'organization'>,
  page: Paging,
): Promise<Outcome<SizedPage<Alert>>> {
  const permitted = await organizationOf(ports, reader, 'alerts.read')
  if (!permitted.ok) return permitted
  return ok(await ports.devices.listAlerts({ ...query, organization: permitted.value }, page))
}

export async function listInstructions(
  ports: Ports,
  reader: Reader,
  query: Omit<InstructionQuery, 'organization'>,
  page: Paging,
): Promise<Outcome<SizedPage<Instruction>>> {
  const permitted = await organizationOf(ports, reader, 'instructions.read')
  if (!permitted.ok) return permitted
  return ok(await ports.devices.listInstructions({ ...query, organization: permitted.value }, page))
}

async function organizationOf(ports: Ports, reader: Reader, what: Readable): Promise<Outcome<number>> {
  if (reader.kind === 'operator') {
    const { operation } = reader
    return denialOf(operation, 'things.read') ?? ok(operation.actor.organization)
  }
  const admitted = await admitDevice(ports, reader.device, what)
  return admitted.ok ? ok(reader.device.organization) : admitted
}
