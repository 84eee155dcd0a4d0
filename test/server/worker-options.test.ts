import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readWorkerOptions } from '../../scripts/lib/server/worker-options.ts'
import { temporaryData } from '../support/server.ts'

test('what wrangler.toml says is kept until it says something else, and has no secret of a .dev.vars in it', async () => {
  const folder = temporaryData()
  const [config, kept] = [join(folder, 'wrangler.toml'), join(folder, 'options.json')]
  const write = (value: string) =>
    writeFileSync(config, `name = "x"\ncompatibility_date = "2026-10-01"\n[vars]\nPLACE = "${value}"\n`)
  writeFileSync(join(folder, '.dev.vars'), 'LATCHKEY_MASTER_KEY=typed-here-for-a-test\n')

  write('one')
  const first = await readWorkerOptions(config, kept)
  expect(first.bindings).toEqual({ PLACE: 'one' })
  expect(readFileSync(kept, 'utf8')).not.toContain('typed-here-for-a-test')
  expect(await readWorkerOptions(config, kept), 'kept').toEqual(first)

  write('two')
  expect((await readWorkerOptions(config, kept)).bindings).toEqual({ PLACE: 'two' })
  writeFileSync(kept, 'damaged')
  expect((await readWorkerOptions(config, kept)).bindings).toEqual({ PLACE: 'two' })
})
