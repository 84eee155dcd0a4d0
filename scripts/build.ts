import { buildBundle } from './lib/cli/bundle.ts'
import { command } from './lib/cli/command.ts'

const HELP = `Builds the Worker into dist/, where npm start finds it.

  npm run build`

await command({ help: HELP }, buildBundle)
