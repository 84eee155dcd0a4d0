import type { Context, Hono } from 'hono'
import type { Core } from '../core/core.ts'
import type { Meter } from '../core/deployment/metrics/meter.ts'
import type { Cause } from '../core/kernel/cause.ts'
import type { Turns } from '../core/kernel/fairness/turns.ts'
import type { Lane } from './fairness/lane.ts'

/** What a request carries through the edges; nothing of the platform. */
export type Variables = {
  core: Core
  request: Cause['request']
  lane: Lane
  turns: Turns
  meter: Meter
  /** Unix milliseconds. */
  now: () => number
}
export type EdgeApp = Hono<{ Variables: Variables }>
export type EdgeContext = Context<{ Variables: Variables }>
