// Runs before all else, on whatever Node there is (20 or newer), and so is plain JavaScript without a dependency.
import { existsSync, readFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const missing = Object.keys({ ...dependencies, ...devDependencies }).filter(
  (name) => !existsSync(new URL(`node_modules/${name}/package.json`, root)),
)
// npm runs this on the Node that node_modules brings, which takes TypeScript as it is; an older one cannot go on.
if (missing.length > 0 || !process.features.typescript) {
  console.error('latchkey: run npm ci first')
  process.exit(1)
}
