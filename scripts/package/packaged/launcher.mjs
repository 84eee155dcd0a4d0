#!/usr/bin/env node
// Plain JavaScript, since it runs as it is. Node 22 warns of node:sqlite, and 22.12 has it behind an option.
import { spawn } from 'node:child_process'
import { isBuiltin } from 'node:module'
import { fileURLToPath } from 'node:url'

const program = new URL('../lib/latchkey.js', import.meta.url)
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) {
  console.error(`latchkey: needs Node 22.12 or newer, not ${process.version}`)
  process.exitCode = 1
} else if (isBuiltin('node:sqlite')) {
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => {
    if (name !== 'ExperimentalWarning') console.error(`${name}: ${message}`)
  })
  await import(program.href)
} else {
  const options = ['--experimental-sqlite', '--disable-warning=ExperimentalWarning']
  const args = [...options, fileURLToPath(program), ...process.argv.slice(2)]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => process.exit(code ?? 1))
}
