// Runs the Linux pairing script as an operator would: a shell, arguments, an environment.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import { PAIR_SCRIPT as SCRIPT } from '../../src/dialects/illumio/pair-script/script.ts'

/** The script as the server delivers it, in a file. */
export const PAIR_SCRIPT = writeScript()

function writeScript(): string {
  // Beside the project's first state, so that it goes with that: what runs at a worker's exit may not run.
  const script = join(mkdtempSync(join(dirname(inject('firstState')), 'pair-script-')), 'pair.sh')
  writeFileSync(script, SCRIPT, { mode: 0o755 })
  return script
}

export type Shell = readonly [program: string, ...args: string[]]

export type PairRun = { readonly status: number | null; readonly stdout: string; readonly stderr: string }

export type PairOptions = {
  readonly shell?: Shell
  /** The file to run instead of the script of this repository: one that a server delivered, say. */
  readonly script?: string
}

/** Runs the script to its end. Nothing of this process's environment reaches it but PATH. */
export async function runPairScript(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  options: PairOptions = {},
): Promise<PairRun> {
  return await startPairScript(args, env, options).finished
}

/** Starts the script; `finished` settles when it and whatever holds its output are gone. */
export function startPairScript(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  options: PairOptions = {},
): { readonly process: ChildProcess; readonly finished: Promise<PairRun> } {
  const [program, ...shellArgs] = options.shell ?? ['sh']
  const child = spawn(program, [...shellArgs, options.script ?? PAIR_SCRIPT, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text
  })
  const finished = new Promise<PairRun>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, ...output }))
  })
  return { process: child, finished }
}

const paths = new Map<string, string | undefined>()

const KNOWN_SHELLS: readonly Shell[] = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh']]

/** The shells of this machine that the script promises to run in; `sh` is always one. */
export const SHELLS = KNOWN_SHELLS.filter(([program]) => pathOf(program) !== undefined)

/** Where a program is, or undefined if it is not installed. */
export function pathOf(program: string): string | undefined {
  if (!paths.has(program)) {
    const found = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' })
    paths.set(program, found.status === 0 ? found.stdout.trim() : undefined)
  }
  return paths.get(program)
}

/** What the script starts; `ip` and `hostname` only where they exist. */
const TOOLS =
  'awk cat chmod curl cut date hostname id ip ln ls mkdir mv od readlink rm rmdir sed sha256sum sleep sync tr uname wc sh'

export type Toolbox = { readonly directory: string; put(program: string, shellText: string): void }

/** A directory to use as the whole PATH: the real tools, without some, some replaced by shell text. */
export function makeToolbox(without: readonly string[] = []): Toolbox {
  const directory = makeDirectory()
  for (const tool of TOOLS.split(' ')) {
    const real = pathOf(tool)
    if (real !== undefined && !without.includes(tool)) symlinkSync(real, join(directory, tool))
  }
  return {
    directory,
    put(program, shellText) {
      const file = join(directory, program)
      rmSync(file, { force: true })
      writeFileSync(file, `#!/bin/sh\n${shellText}\n`)
      chmodSync(file, 0o755)
    },
  }
}

/** A toolbox in which every program notes its argument list, and a code it inherited, in `log` before it does its work. */
export function makeLoggingToolbox(log: string): Toolbox {
  const logged = TOOLS.split(' ').filter((tool) => tool !== 'sh') // sh runs the script, code and all
  const toolbox = makeToolbox(logged)
  for (const tool of logged) {
    const real = pathOf(tool)
    if (real !== undefined)
      toolbox.put(
        tool,
        `printf '%s\\n' "${tool} $* \${VEN_ACTIVATION_CODE-}" >>'${log}'\nexec '${real}' "$@"`,
      )
  }
  return toolbox
}

/** Busybox as the only source of tools, with the real curl. Undefined where busybox is not installed. */
export function makeBusyboxToolbox(): Toolbox | undefined {
  const busybox = pathOf('busybox')
  if (busybox === undefined) return undefined
  const toolbox = makeToolbox(TOOLS.split(' ').filter((tool) => tool !== 'curl'))
  for (const applet of spawnSync(busybox, ['--list'], { encoding: 'utf8' }).stdout.trim().split('\n')) {
    symlinkSync(busybox, join(toolbox.directory, applet))
  }
  return toolbox
}

const made: string[] = []

/** A new directory of mode 700, gone after `removeDirectories`. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-pair-'))
  made.push(directory)
  return directory
}

/** A path for LATCHKEY_VEN_DIR at which there is nothing yet. */
export function freshVenDirectory(): string {
  const parent = join(makeDirectory(), 'opt')
  mkdirSync(parent)
  return join(parent, 'ven')
}

export function removeDirectories(): void {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true })
}
