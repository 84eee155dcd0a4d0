import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { onTestFinished } from 'vitest'

/** A `sh` block of a page; the comment on the line above says how it runs. */
export type ShellBlock = {
  /** `README.md:42` */
  readonly at: string
  readonly lines: readonly string[]
  /** `<!-- not run: REASON -->`; null when the block runs. */
  readonly notRun: string | null
  /** `<!-- run: while the server is stopped -->` */
  readonly whileStopped: boolean
}

export type ShellPage = {
  readonly path: string
  /** `<!-- after: PATH -->`: the page whose blocks run before, in the same shell. */
  readonly after: string | null
  readonly blocks: readonly ShellBlock[]
}

const FENCE = /^( *)```sh$/

export function readShellPage(path: string, markdown: string): ShellPage {
  const lines = markdown.split('\n')
  const blocks = lines.flatMap((line, at): ShellBlock[] => {
    const indent = FENCE.exec(line)?.[1]
    if (indent === undefined) return []
    const length = lines.slice(at + 1).indexOf(`${indent}\`\`\``)
    const comment = lines[at - 1]?.trim() ?? ''
    return [
      {
        at: `${path}:${at + 1}`,
        lines: lines.slice(at + 1, at + 1 + length).map((inside) => inside.slice(indent.length)),
        notRun: /^<!-- not run: (.+) -->$/.exec(comment)?.[1] ?? null,
        whileStopped: comment === '<!-- run: while the server is stopped -->',
      },
    ]
  })
  return { path, after: /^<!-- after: (\S+) -->$/m.exec(markdown)?.[1] ?? null, blocks }
}

/** One `sh -eu` in `folder` that runs commands in turn; they share variables and functions. */
export function openShell(folder: string, env: Readonly<Record<string, string>>) {
  // The commands come in files, so that a program that reads standard input does not read them.
  const loop = 'while read -r file <&3; do . "$file"; echo done >&4; done'
  const child = spawn('sh', ['-euc', loop], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill())
  const [, stdout, stderr, orders, answers] = child.stdio as [null, Readable, Readable, Writable, Readable]
  let output = ''
  const keep = (chunk: Buffer) => {
    output += chunk
  }
  stdout.on('data', keep)
  stderr.on('data', keep)
  const closed = once(child, 'close')
  const done = createInterface({ input: answers })
  const file = join(folder, 'block.sh')
  return {
    /** Rejects with what the commands printed when one of them failed. */
    async run(commands: string): Promise<void> {
      output = ''
      writeFileSync(file, `${commands}\n`)
      orders.write(`${file}\n`)
      const ended = await Promise.race([once(done, 'line'), closed.then(() => null)])
      if (ended === null) throw new Error(`a command failed:\n${commands}\n${output}`)
    },
    async close(): Promise<void> {
      orders.end()
      await closed
    },
  }
}
