import { denialOf, type Operation } from '../access/cases/operator-case.ts'
import { type UseCase, useCase } from '../access/cases/use-case.ts'
import { type CommonFault, type Fault, type Outcome, ok } from '../kernel/outcome.ts'
import type { Ports } from '../ports.ts'
import type { Device } from './authenticate.ts'
import { admitDevice } from './submit.ts'

/** An operator, or a device whose role lets it read. */
export type Reader =
  | { readonly kind: 'operator'; readonly operation: Operation }
  | { readonly kind: 'device'; readonly device: Device }

type Readable = 'things.read' | 'alerts.read' | 'instructions.read'

/** What operators need to read whatever devices write. */
const PERMISSION = 'things.read'

/** A use case for operators, and for devices with an ability. It is given the organization whose things they may read. */
export function readerCase<Input extends readonly unknown[], T, F extends Fault>(
  ability: Readable,
  run: (ports: Ports, organization: number, ...input: Input) => Promise<Outcome<T, F>>,
): UseCase<[Reader, ...Input], Promise<Outcome<T, F | CommonFault>>> {
  const admits = { who: 'operator', asks: { permission: PERMISSION, isWithin: false } } as const
  return useCase(admits, async (ports, reader, ...input) => {
    const organization = await organizationOf(ports, reader, ability)
    return organization.ok ? run(ports, organization.value, ...input) : organization
  })
}

async function organizationOf(ports: Ports, reader: Reader, ability: Readable): Promise<Outcome<number>> {
  if (reader.kind === 'operator') {
    const { operation } = reader
    return denialOf(operation, PERMISSION) ?? ok(operation.actor.organization)
  }
  const admitted = await admitDevice(ports, reader.device, ability)
  return admitted.ok ? ok(reader.device.organization) : admitted
}
