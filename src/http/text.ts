/** What people and machines write freely. Neither D1 nor a log would give back NUL or half a surrogate pair as sent. */
import * as z from 'zod'
import { CLAIM_LENGTH } from '../core/kernel/text.ts'

/** One line: no control characters. */
export function text(max: number) {
  return z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Control characters are not allowed')
}

/** A text of several lines. */
export function prose(max: number) {
  return z
    .string()
    .max(max)
    .regex(/^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u, 'Control characters are not allowed')
}

/** Only its hash is kept, and the hash is of UTF-8: halves of surrogate pairs would all be one character there. */
export const Claim = z
  .string()
  .min(CLAIM_LENGTH.min)
  .max(CLAIM_LENGTH.max)
  .regex(/^\P{Cs}*$/u, 'Half a surrogate pair is no character')
  .describe('The agent’s own unguessable value; with it a retry is free')
