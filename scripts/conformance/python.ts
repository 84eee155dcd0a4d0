import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Unavailable } from './suites.ts'

const run = promisify(execFile)

const INSTALL_DEADLINE_MS = 180_000
const IS_NEW_ENOUGH = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 8))'

/** A virtual environment with the packages of the suite's requirements.txt; its interpreter. */
export async function makeVirtualEnvironment(
  folder: string,
  suite: string,
  signal: AbortSignal,
): Promise<string> {
  const system = await findPython(signal)
  const environment = join(folder, 'venv')
  const python = join(environment, 'bin', 'python')
  const bounded = { signal, timeout: INSTALL_DEADLINE_MS }
  try {
    await run(system, ['-m', 'venv', environment], bounded)
  } catch (error) {
    throw new Unavailable(`no virtual environment can be made: ${reasonOf(error)}`)
  }
  const packages = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    'requirements.txt',
  ]
  try {
    await run(python, packages, { ...bounded, cwd: suite })
  } catch (error) {
    signal.throwIfAborted()
    throw new Unavailable(`its packages cannot be installed: ${reasonOf(error)}`)
  }
  return python
}

async function findPython(signal: AbortSignal): Promise<string> {
  for (const command of ['python3', 'python']) {
    try {
      await run(command, ['-c', IS_NEW_ENOUGH], { signal })
      return command
    } catch {
      signal.throwIfAborted()
    }
  }
  throw new Unavailable('there is no Python 3.8 or newer with venv')
}

/** The last line that it said. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  return (stderr || message).trim().split('\n').at(-1) ?? ''
}
