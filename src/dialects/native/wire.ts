/** The native dialect's words, both ways. Pure. */
import * as z from 'zod'
import { CODE_NAME_BYTES, CODE_SECRET_BYTES, type Code } from '../../core/codes/code.ts'
import { concat, fromBase64Url, toBase64Url } from '../../core/encoding.ts'
import { CLAIM_LENGTH, type Tokens } from '../../core/keys/redeem.ts'

/** RFC 9457. */
export const ProblemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
})

export const Claim = z
  .string()
  .min(CLAIM_LENGTH.min)
  .max(CLAIM_LENGTH.max)
  .describe('The agent’s own unguessable value; with it a retry is free')

const CODE_PREFIX = 'lk_'

/** `lk_` + base64url of the code's name and secret: 57 characters in all. */
export function formatCode(code: Code): string {
  return CODE_PREFIX + toBase64Url(concat(code.name, code.secret))
}

/** null: it does not have the shape of a code. */
export function parseCode(text: string): Code | null {
  const bytes = text.startsWith(CODE_PREFIX) ? fromBase64Url(text.slice(CODE_PREFIX.length)) : null
  if (bytes?.length !== CODE_NAME_BYTES + CODE_SECRET_BYTES) return null
  return { name: bytes.subarray(0, CODE_NAME_BYTES), secret: bytes.subarray(CODE_NAME_BYTES) }
}

/** RFC 6749 §5.1. */
export const TokenReply = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number().int().describe('Seconds'),
  refresh_token: z.string(),
})

export function formatTokens(tokens: Tokens): z.output<typeof TokenReply> {
  return {
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresInSeconds,
    refresh_token: tokens.refreshToken,
  }
}
