/** Things and what devices wrote, on the wire. The management API's times are seconds, a device's own milliseconds. Pure. */
import * as z from 'zod'
import { ALERT_SEVERITIES } from '../../../core/devices/delivery.ts'
import type { Alert, DeviceEvent, Instruction, Thing } from '../../../core/devices/port.ts'
import { formatTimestamp, type TimestampFormat } from '../devices/timestamps.ts'
import { Timestamp } from '../key-pairs/key-pair-wire.ts'

export const ThingRecord = z.object({
  thing_key: z.string(),
  name: z.string(),
  description: z.string(),
  properties: z.record(z.string(), z.json()),
  access_key: z.string().nullable(),
  created_at: Timestamp,
  updated_at: Timestamp,
  last_heard_at: Timestamp.nullable(),
})

export const EventRecord = z.object({
  thing_key: z.string(),
  access_key: z.string(),
  timestamp: z.int().meta({ description: 'By the device’s clock, in milliseconds' }),
  received_at: Timestamp,
  data: z.json().optional(),
  waypoint: z.json().optional(),
})

export const AlertRecord = z.object({
  alert_key: z.string(),
  thing_key: z.string(),
  access_key: z.string(),
  alert_type: z.int(),
  message: z.string(),
  data: z.json(),
  timestamp: z.int().meta({ description: 'By the device’s clock, in milliseconds' }),
  received_at: Timestamp,
  instruction_key: z.string().nullable(),
})

export const InstructionRecord = z.object({
  alert_key: z.string().meta({ description: 'By which the device answers' }),
  thing_key: z.string(),
  access_key: z.string(),
  instruction: z.json(),
  created_at: Timestamp,
})

export function formatThing(thing: Thing, format: TimestampFormat): z.output<typeof ThingRecord> {
  return {
    thing_key: thing.key,
    name: thing.name,
    description: thing.description,
    properties: thing.facts as never,
    access_key: thing.accessKey,
    created_at: formatTimestamp(thing.createdAt, format),
    updated_at: formatTimestamp(thing.updatedAt, format),
    last_heard_at: thing.seenAt === null ? null : formatTimestamp(thing.seenAt, format),
  }
}

export function formatEvent(event: DeviceEvent, format: TimestampFormat): z.output<typeof EventRecord> {
  return {
    thing_key: event.thing,
    access_key: event.accessKey,
    timestamp: event.at,
    received_at: formatTimestamp(event.receivedAt, format),
    ...(event.data as object),
  }
}

export function formatAlert(alert: Alert, format: TimestampFormat): z.output<typeof AlertRecord> {
  return {
    alert_key: alert.key,
    thing_key: alert.thing,
    access_key: alert.accessKey,
    alert_type: ALERT_SEVERITIES.indexOf(alert.severity),
    message: alert.text,
    data: alert.data as never,
    timestamp: alert.at,
    received_at: formatTimestamp(alert.receivedAt, format),
    instruction_key: alert.instruction,
  }
}

export function formatInstruction(
  instruction: Instruction,
  format: TimestampFormat,
): z.output<typeof InstructionRecord> {
  return {
    alert_key: instruction.key,
    thing_key: instruction.thing,
    access_key: instruction.accessKey,
    instruction: instruction.body as never,
    created_at: formatTimestamp(instruction.createdAt, format),
  }
}
