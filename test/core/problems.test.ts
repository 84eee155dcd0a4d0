import { expect, test } from 'vitest'
import * as z from 'zod'
import { type CommonFault, refuse } from '../../src/core/kernel/outcome.ts'
import type { DatonisRoute } from '../../src/dialects/datonis/edge/edge.ts'
import { refusal as datonis } from '../../src/dialects/datonis/edge/refusal.ts'
import { refusal as illumio } from '../../src/dialects/illumio/edge/refusal.ts'
import { problem as native } from '../../src/dialects/native/edge/problem.ts'
import { refusal as zpa } from '../../src/dialects/zpa/edge/refusal.ts'
import { clip, problemsOf } from '../../src/http/problems.ts'

const LONG = '💣'.repeat(5_000)
const schema = z.strictObject({
  name: z.string(),
  kind: z.enum(['a', 'b']),
  list: z.array(z.number()),
  record: z.record(z.string(), z.number()),
})
const input = {
  ...Object.fromEntries(Array.from({ length: 90_000 }, (_, n) => [`${n}${n < 50 ? LONG : ''}`, 1])),
  name: 1,
  kind: LONG,
  list: Array(5_000).fill(LONG),
  record: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${LONG}${n}`, LONG])),
}

const ABOUT = { requestId: 'id', publicUrl: 'https://latchkey.example' }

function faultOf(): CommonFault {
  const checked = schema.safeParse(input)
  if (checked.success) throw new Error('the input is wrong in many ways')
  return { kind: 'input_invalid', problems: problemsOf(checked.error, input) }
}

test.each([
  ['native', () => native(faultOf(), ABOUT)],
  ['Illumio', () => illumio(faultOf(), 'labels_post')],
  ['ZPA', () => zpa(faultOf())],
  ['Datonis', () => datonis(faultOf(), 'key_pairs_post')],
  ['Datonis, a device', () => datonis(faultOf(), 'device_things_event')],
])('an answer of %s names at most 20 problems, each in at most 200 characters', (_, answer) => {
  const text = JSON.stringify(answer().json)
  expect(text.length).toBeLessThan(20 * 600)
  expect(text).not.toMatch(/\\ud[89ab]/)
})

test('each text is cut, and none in the middle of a character', () => {
  const { json } = native(faultOf(), ABOUT) as { json: { errors: { pointer: string; detail: string }[] } }
  expect(json.errors).toHaveLength(20)
  for (const { pointer, detail } of json.errors) {
    expect([pointer.length <= 200, detail.length <= 200]).toEqual([true, true])
  }
  expect(clip('x'.repeat(200))).toBe('x'.repeat(200))
  expect(clip('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`)
  expect(clip(LONG).isWellFormed()).toBe(true)
})

test('a route that is refused for what its dialect has no answer to does not compile', () => {
  // @ts-expect-error
  const handle: DatonisRoute['handle'] = async () => refuse({ kind: 'label_duplicate' })
  expect(handle).toBeTypeOf('function')
})
