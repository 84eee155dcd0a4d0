#!/usr/bin/env node
// Plain JavaScript, since it runs as it is. Node 22 warns of node:sqlite, which a user can do nothing about.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 16)) {
  console.error(`latchkey: needs Node 22.16 or newer, not ${process.version}`)
  process.exitCode = 1
} else {
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => {
    if (name !== 'ExperimentalWarning') console.error(`${name}: ${message}`)
  })
  await import(new URL('../lib/latchkey.js', import.meta.url).href)
}
