// The npm package `node` links its binary to node/bin, and leaves headers and manuals behind, which are a third of it.
import { rmSync } from 'node:fs'

rmSync(new URL('../node_modules/node/node_modules', import.meta.url), { recursive: true, force: true })
