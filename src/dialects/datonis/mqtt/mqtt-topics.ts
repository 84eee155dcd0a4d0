/** Topics of the devices' broker (docs/dialects/datonis.md#mqtt-topics). Pure. */
import type { DeviceCall } from '../devices/device-wire.ts'

const PUBLISHED = new Set<DeviceCall>(['register', 'heartbeat', 'event', 'alert'])

export type Publishing = {
  readonly client: string
  readonly call: DeviceCall
  readonly isCompressed: boolean
}

/** What a device publishes there; null: devices don't. */
export function parsePublishTopic(topic: string): Publishing | null {
  const [, lzf, client = '', call] = /^Altizon\/Datonis\/(lzf\/)?([^/+#]+)\/([a-z]+)$/.exec(topic) ?? []
  const known = [...PUBLISHED].find((one) => one === call)
  if (!known || (lzf !== undefined && known !== 'event')) return null
  return { client, call: known, isCompressed: lzf !== undefined }
}

export function acknowledgementTopic(client: string): string {
  return `Altizon/Datonis/${client}/httpAck`
}

export function instructionTopic(accessKey: string, thing: string): string {
  return `Altizon/Datonis/${accessKey}/thing/${thing}/executeInstruction`
}

/** A device hears its own acknowledgements, and instructions on its own access key's topics. */
export function maySubscribe(topic: string, accessKey: string, client: string): boolean {
  if (/[/+#]/.test(client) || client === '') return false
  if (topic === acknowledgementTopic(client)) return true
  const [head, thing = '', tail] = topic
    .split('/thing/')
    .flatMap((part) => part.split(/\/(?=executeInstruction$)/))
  return (
    head === `Altizon/Datonis/${accessKey}` && /^(\+|[^/+#]+)$/.test(thing) && tail === 'executeInstruction'
  )
}
