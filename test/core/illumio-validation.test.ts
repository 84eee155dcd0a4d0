import { describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { missingBodyMessage, validationMessage } from '../../src/dialects/illumio/edge/validation.ts'
import { ChangeProfile, CreateProfile } from '../../src/dialects/illumio/pairing/profile-schemas.ts'
import { problemsOf } from '../../src/http/problems.ts'

/** The message for an input, or null when it is valid. */
function messageFor(schema: z.ZodType, input: unknown, operation: string): string | null {
  const checked = schema.safeParse(input)
  return checked.success ? null : validationMessage(problemsOf(checked.error, input), operation)
}

const posted = (input: unknown) => messageFor(CreateProfile, input, 'pairing_profiles_post')
const inPost = (text: string) =>
  `Input validation failed. Details: {${text} in schema pairing_profiles_post.schema.json}`

describe('messages have the wording of the json-schema gem (contract §7)', () => {
  test.each([
    [{}, "The property '#/' did not contain a required property of 'enabled'"],
    [{ enabled: 'yes' }, "The property '#/enabled' of type String did not match the following type: boolean"],
    [
      { enabled: null },
      "The property '#/enabled' of type NilClass did not match the following type: boolean",
    ],
    [{ enabled: 1 }, "The property '#/enabled' of type Integer did not match the following type: boolean"],
    [{ enabled: 1.5 }, "The property '#/enabled' of type Float did not match the following type: boolean"],
    [{ enabled: [] }, "The property '#/enabled' of type Array did not match the following type: boolean"],
    [{ enabled: {} }, "The property '#/enabled' of type Hash did not match the following type: boolean"],
    [
      { enabled: true, name: true },
      "The property '#/name' of type TrueClass did not match the following type: string",
    ],
    [
      { enabled: true, name: false },
      "The property '#/name' of type FalseClass did not match the following type: string",
    ],
    [
      { enabled: true, enforcement_mode: 'foo' },
      `The property '#/enforcement_mode' value "foo" did not match one of the following values: idle, visibility_only, full, selective`,
    ],
    [
      { enabled: true, mode: null },
      `The property '#/mode' value nil did not match one of the following values: idle, illuminated, enforced, selective`,
    ],
    [
      { enabled: true, key_lifespan: 0 },
      "The property '#/key_lifespan' of type Integer did not match any of the required schemas",
    ],
    [
      { enabled: true, allowed_uses_per_key: 'twice' },
      "The property '#/allowed_uses_per_key' of type String did not match any of the required schemas",
    ],
    [
      { enabled: true, labels: [{ href: '/orgs/1/labels/1' }, { href: '/orgs/1/labels/1' }] },
      "The property '#/labels' contained duplicated array values",
    ],
    [
      { enabled: true, labels: [{}] },
      "The property '#/labels/0' did not contain a required property of 'href'",
    ],
    [
      { enabled: true, destinations: 1, b: 2 },
      `The property '#/' contains additional properties ["destinations", "b"] outside of the schema when none are allowed`,
    ],
    [{ enabled: true, name: '' }, "The property '#/name' was not of a minimum string length of 1"],
    [
      { enabled: true, name: 'x'.repeat(256) },
      "The property '#/name' was not of a maximum string length of 255",
    ],
    [
      { enabled: true, labels: Array.from({ length: 101 }, (_, i) => ({ href: `/${i}` })) },
      "The property '#/labels' had more items than the allowed 100",
    ],
    [null, "The property '#/' of type NilClass did not match the following type: object"],
    [[], "The property '#/' of type Array did not match the following type: object"],
    ['{}', "The property '#/' of type String did not match the following type: object"],
  ])('%j', (input, text) => {
    expect(posted(input)).toBe(inPost(text))
  })

  test('several problems are joined by a comma, each naming its schema', () => {
    expect(posted({ enabled: 0, mode: 1 })).toBe(
      'Input validation failed. Details: {' +
        "The property '#/enabled' of type Integer did not match the following type: boolean in schema pairing_profiles_post.schema.json, " +
        "The property '#/mode' value 1 did not match one of the following values: idle, illuminated, enforced, selective in schema pairing_profiles_post.schema.json}",
    )
  })

  test('no payload at all is NilClass', () => {
    expect(missingBodyMessage('pairing_profiles_post')).toBe(posted(null))
  })

  test('the schema is that of the operation', () => {
    expect(messageFor(ChangeProfile, [], 'pairing_profiles_put')).toBe(
      "Input validation failed. Details: {The property '#/' of type Array did not match the following type: object in schema pairing_profiles_put.schema.json}",
    )
  })
})

describe('bounds', () => {
  test.each([
    [
      'too_small',
      "The property '#/n' did not have a minimum value of 3, inclusively in schema x.schema.json",
    ],
    ['too_big', "The property '#/n' did not have a maximum value of 3, inclusively in schema x.schema.json"],
    ['too_short', "The property '#/n' did not contain a minimum number of items 3 in schema x.schema.json"],
  ] as const)('%s', (code, text) => {
    const problem = { path: ['n'], message: '', code, bound: 3, actual: [] }
    expect(validationMessage([problem], 'x')).toBe(`Input validation failed. Details: {${text}}`)
  })
})

describe('an answer is no copy of the request', () => {
  test('a long value is cut', () => {
    expect(posted({ enabled: true, mode: 'm'.repeat(100_000) })?.length).toBeLessThan(600)
  })
  test('so are many names, and long ones', () => {
    const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}${'n'.repeat(1_000)}`, 1]))
    expect(posted({ enabled: true, ...unknown })?.length).toBeLessThan(400)
  })
  test('a value of any depth is only hinted at', () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown
    expect(posted({ enabled: true, mode: deep })).toContain(
      "The property '#/mode' value [...] did not match one of",
    )
  })
})
