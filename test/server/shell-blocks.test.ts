import { cpSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { type ServerProcess, startServerProcess } from '../../scripts/lib/server/server-process.ts'
import { temporaryData } from '../support/server.ts'
import { openShell, readShellPage, type ShellBlock } from '../support/shell-blocks.ts'

const PROJECT = resolve(import.meta.dirname, '../..')

/** Every page of the repository, the README first. */
const PAGES = globSync(['*.md', '{deploy,docs,test}/**/*.md'], { cwd: PROJECT, exclude: ['**/node_modules'] })
  .toSorted((a, b) => Number(b === 'README.md') - Number(a === 'README.md') || a.localeCompare(b))
  .map((path) => readShellPage(path, readFileSync(join(PROJECT, path), 'utf8')))

test('every shell block of the documents runs, but for those that say why not', async () => {
  const blocks = PAGES.flatMap((page) => page.blocks)
  expect(
    blocks.flatMap(({ at, notRun }) => (notRun === null ? [] : `${at.replace(/:.*/, '')}: ${notRun}`)),
  ).toEqual([
    'README.md: .ci/run installs and tests, and test/server/demo runs the demo',
    'README.md: the conformance suite package makes it, installs it and runs it',
    'CONTRIBUTING.md: .ci/run runs these',
    'deploy/mqtt-bridge/README.md: installs packages of its own, and serves until it is stopped',
    'docs/guides/back-up-and-restore.md: needs a Cloudflare account',
    'docs/guides/deploy-cloudflare.md: needs a Cloudflare account',
    'docs/guides/enroll-machines.md: server/machine-script runs it',
    'docs/guides/enroll-machines.md: server/machine-script runs it',
    'docs/guides/move-in-and-out.md: test/server/move does it between two servers',
    'docs/guides/rotate-keys.md: waits for five minutes; test/server/rotation runs both without that wait',
    'docs/guides/self-host.md: .ci/run installs, and the other pages start a server',
    'docs/guides/self-host.md: the conformance suite package runs it',
    'docs/guides/vendor-clients.md: server/exec and the conformance suite exec run it',
    'docs/guides/webhooks.md: server/cli-examples and server/webhooks run the commands',
    'docs/guides/webhooks.md: server/cli-examples and server/webhooks run the commands',
    'docs/guides/webhooks.md: server/cli-examples and server/webhooks run the commands',
    'docs/guides/webhooks.md: server/cli-examples and server/webhooks run the commands',
  ])

  const folder = makeCheckout()
  const server = keepOneServer(join(folder, '.latchkey'))
  for (const page of PAGES) {
    const before = PAGES.filter(({ path }) => path === page.after)
    expect(before).toHaveLength(page.after === null ? 0 : 1)
    const shell = openShell(folder, { CURL_HOME: folder, XDG_CONFIG_HOME: folder })
    for (const block of [...before, page].flatMap(({ blocks }) => blocks)) {
      if (block.notRun === null) await runBlock(block, shell, server)
    }
    await shell.close()
  }
})

/** What a reader has after `npm ci`, with the state that a first start left. */
function makeCheckout(): string {
  const folder = temporaryData()
  for (const name of ['node_modules', 'scripts']) symlinkSync(join(PROJECT, name), join(folder, name))
  // The tests have built the Worker.
  const scripts = { ...packageJson.scripts, build: 'true' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...packageJson, scripts }))
  // An HTTP error ends a block.
  writeFileSync(join(folder, '.curlrc'), 'fail-with-body\n')
  mkdirSync(join(folder, '.latchkey'), { mode: 0o700 })
  cpSync(inject('firstState'), join(folder, '.latchkey'), { recursive: true })
  return folder
}

/** The server of `npm start`, on a port of its own. */
function keepOneServer(data: string) {
  let running: ServerProcess | null = null
  async function stop(): Promise<void> {
    await running?.stop()
    running = null
  }
  onTestFinished(stop)
  return {
    stop,
    async start(): Promise<string> {
      running ??= await startServerProcess({ PORT: '0', LATCHKEY_DATA: data })
      return running.url
    },
  }
}

async function runBlock(
  block: ShellBlock,
  shell: ReturnType<typeof openShell>,
  server: ReturnType<typeof keepOneServer>,
): Promise<void> {
  if (block.whileStopped) await server.stop()
  const url = block.whileStopped ? '' : await server.start()
  const startsServer = block.lines.at(-1) === 'npm start'
  const commands = (startsServer ? block.lines.slice(0, -1) : block.lines).join('\n')
  try {
    await shell.run(commands.replaceAll('http://127.0.0.1:8787', url))
    if (startsServer) await server.start()
  } catch (error) {
    throw new Error(block.at, { cause: error })
  }
}
