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

/** A device's own name of its thing may be any text: not all can be published to. */
export function mayNameTopic(name: string): boolean {
  return name !== '' && !/[+#\0]/.test(name)
}

/** Whether a device gets the results of its own messages there. */
export function isOwnAcknowledgement(topic: string, client: string): boolean {
  return client !== '' && !/[/+#]/.test(client) && topic === acknowledgementTopic(client)
}

/** Whether instructions to things of that access key are there; `+` is any thing of one level. */
export function isOwnInstruction(topic: string, accessKey: string): boolean {
  const [before, after] = [`Altizon/Datonis/${accessKey}/thing/`, '/executeInstruction']
  if (!topic.startsWith(before) || !topic.endsWith(after)) return false
  const thing = topic.slice(before.length, -after.length)
  return thing === '+' || mayNameTopic(thing)
}
