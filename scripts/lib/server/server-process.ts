import { type ChildProcess, spawn } from 'node:child_process'
import { START_SCRIPT } from '../cli/project.ts'

export type ServerProcess = {
  readonly url: string
  /** The runner's; it leads its own process group. */
  readonly pid: number
  /** All that it has printed so far. */
  output(): string
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL to the runner alone, or to its whole group, workerd included. */
  kill(what: 'runner' | 'group'): Promise<void>
}

/** How a start that was not to be ended: what a person would have seen. */
export class StartFailed extends Error {
  readonly exitCode: number | null
  readonly output: string
  /** Why, in one line. */
  readonly reason: string

  constructor(exitCode: number | null, output: string) {
    super(`the server did not start (exit ${exitCode}): ${output.trim()}`)
    this.name = 'StartFailed'
    this.exitCode = exitCode
    this.output = output
    this.reason = `the server did not start (exit ${exitCode}): ${reasonIn(output)}`
  }
}

// The start's own sentence, when it had one.
function reasonIn(output: string): string {
  const said = /^latchkey: (.+)$/m.exec(output)?.[1]
  return said ?? output.trim().split('\n')[0] ?? ''
}

const START_DEADLINE_MS = 60_000

/** Starts the server as its own process; resolves when it has printed that it is ready. `signal` kills the runner. */
export async function startServerProcess(
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [START_SCRIPT], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    killSignal: 'SIGKILL',
    ...(signal === undefined ? {} : { signal }),
  })
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed += chunk
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const url = await readyUrl(child, () => printed)
  const { pid } = child
  if (pid === undefined) throw new Error('a process that is ready has a pid')
  return {
    url,
    pid,
    output: () => printed,
    stop() {
      child.kill('SIGTERM')
      return exit
    },
    async kill(what) {
      // Sent only while it is ours to kill: later the number may be another process's.
      if (child.exitCode === null && child.signalCode === null)
        process.kill(what === 'group' ? -pid : pid, 'SIGKILL')
      await exit
    },
  }
}

function readyUrl(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => child.kill('SIGKILL'), START_DEADLINE_MS)
    const read = () => {
      const url = /^Latchkey ready on (\S+)$/m.exec(printed())?.[1]
      if (url !== undefined) {
        clearTimeout(deadline)
        resolve(url)
      }
    }
    child.stdout?.on('data', read)
    child.once('error', reject)
    // 'close' comes when the last of the output was read.
    child.once('close', (code) => {
      clearTimeout(deadline)
      reject(new StartFailed(code, printed()))
    })
  })
}
