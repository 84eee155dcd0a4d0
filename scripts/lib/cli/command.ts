import { type ParseArgsConfig, parseArgs } from 'node:util'
import { exitBecause, Refusal } from './refusal.ts'
import { onStopSignal } from './signals.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values']

type Command<T extends Options> = {
  readonly help: string
  readonly options?: T
  /** Beside its options: `passed on` are those of another program, unknown options included. */
  readonly takes?: 'none' | 'some' | 'passed on'
  /** How a signal that asks to stop ends it. Absent: at once. Otherwise by `signal`, and it has failed or succeeded. */
  readonly stopsAs?: 'failure' | 'success'
}

export type CommandLine<T extends Options> = {
  readonly values: Values<T>
  readonly args: readonly string[]
  readonly signal: AbortSignal
}

/**
 * What every script is: its command line read, its work done, one exit code. A Refusal is one line on stderr; `run` may
 * also set `process.exitCode`. `--help` prints the help, and nothing is run.
 */
export async function command<const T extends Options>(
  { help, options, takes = 'none', stopsAs }: Command<T>,
  run: (line: CommandLine<T>) => void | Promise<void>,
): Promise<never> {
  const stopping = new AbortController()
  try {
    const { isHelp, values, args } = parse(options, takes)
    if (isHelp) {
      console.log(help)
    } else {
      if (stopsAs) onStopSignal(() => stopping.abort(new Refusal('stopped; nothing is left behind')))
      await run({ values, args, signal: stopping.signal })
    }
  } catch (error) {
    if (!stopping.signal.aborted) exitBecause(error)
    if (stopsAs === 'failure') exitBecause(stopping.signal.reason)
  }
  process.exit()
}

function parse<T extends Options>(options: T | undefined, takes: 'none' | 'some' | 'passed on') {
  try {
    const all: Options = { ...options, help: { type: 'boolean', short: 'h', default: false } }
    const { values, positionals } = parseArgs({
      options: all,
      allowPositionals: takes !== 'none',
      strict: takes !== 'passed on',
    })
    return { isHelp: values.help === true, values: values as Values<T>, args: positionals }
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : error} (--help tells more)`, 2)
  }
}

/** The one folder that a command line names. */
export function oneFolder([folder, ...rest]: readonly string[]): string {
  if (folder === undefined || rest.length > 0) throw new Refusal('name one folder (--help tells more)', 2)
  return folder
}

/** Those of the parts that `--only` names, in their own order; without it, the usual ones. */
export function chosenParts<T extends string>(
  parts: readonly T[],
  only: readonly string[] | undefined,
  usual: readonly T[] = parts,
): readonly T[] {
  const unknown = only?.find((name) => !parts.some((part) => part === name))
  if (unknown !== undefined) throw new Refusal(`--only knows ${parts.join(', ')}, not "${unknown}"`, 2)
  return only === undefined ? usual : parts.filter((part) => only.includes(part))
}
