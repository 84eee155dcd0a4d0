/** What people type: durations, counts, times, and secrets, which come from a file, a pipe or a prompt, never from argv. */
import { readFile } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import { confirm as askToConfirm, password, text } from '@clack/prompts'
import { InvalidArgumentError } from 'commander'
import { Refusal } from '../lib/cli/refusal.ts'

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400, w: 7 * 86_400 } as const

/** `90s`, `15m`, `1h`, `7d`, `2w`; in seconds. */
export function parseDuration(value: string): number {
  const match = /^([1-9][0-9]{0,8})([smhdw])$/.exec(value)
  if (!match) throw new InvalidArgumentError('Give a number and a unit: 90s, 15m, 1h, 7d or 2w.')
  return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS]
}

/** As an option has it: commander takes null for an option without a value. */
export type Limit = number | 'none'

/** As the API has it. */
export function limitOf(limit: Limit): number | null {
  return limit === 'none' ? null : limit
}

export function parseLifetime(value: string): Limit {
  return value === 'never' ? 'none' : parseDuration(value)
}

export function parseUses(value: string): Limit {
  return value === 'unlimited' ? 'none' : parseCount(value)
}

export function parseCount(value: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new InvalidArgumentError('Give a whole number from 1.')
  return Number(value)
}

/** A duration before now, or an RFC 3339 time. */
export function parseSince(value: string): string {
  if (/^[0-9]+[smhdw]$/.test(value)) return new Date(Date.now() - parseDuration(value) * 1_000).toISOString()
  const time = Date.parse(value)
  if (Number.isNaN(time)) throw new InvalidArgumentError('Give a duration such as 1h, or a time in RFC 3339.')
  return new Date(time).toISOString()
}

/** Gathers an option that may be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** A secret's text, without the line's end. @param path `-`: standard input */
export async function readSecret(path: string): Promise<string> {
  const secret = (await readText(path)).trim()
  if (secret === '') throw new Refusal(`${nameOf(path)} is empty`, 2)
  return secret
}

/** @param path `-`: standard input */
export async function readText(path: string): Promise<string> {
  try {
    return await (path === '-' ? readAll(process.stdin) : readFile(path, 'utf8'))
  } catch (error) {
    throw new Refusal(`cannot read ${nameOf(path)}: ${(error as Error).message}`, 2)
  }
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path
}

/** Goes on if the answer is yes. @param instead which option says so, where no one can be asked */
export async function confirm(
  message: string,
  { isAllowed, instead }: { readonly isAllowed: boolean; readonly instead: string },
): Promise<void> {
  if (!isAllowed || !process.stdin.isTTY)
    throw new Refusal(`give ${instead}: there is no terminal to ask on`, 2)
  if ((await askToConfirm({ message, initialValue: false, output: process.stderr })) !== true) {
    throw new Refusal('nothing was done')
  }
}

/** Asks on the terminal. @param instead which option says the same, where no one can be asked */
export async function prompt(
  message: string,
  {
    isSecret,
    isAllowed,
    instead,
  }: { readonly isSecret: boolean; readonly isAllowed: boolean; readonly instead: string },
): Promise<string> {
  if (!isAllowed || !process.stdin.isTTY)
    throw new Refusal(`give ${instead}: there is no terminal to ask on`, 2)
  // On stderr: standard output is for data.
  const answer = await (isSecret ? password : text)({ message, output: process.stderr })
  if (typeof answer !== 'string' || answer === '') throw new Refusal('nothing was given', 2)
  return answer
}
