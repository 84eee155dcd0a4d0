/** What is imported dynamically after this module is compiled once: Miniflare alone takes a third of a second to compile. */
import { enableCompileCache } from 'node:module'
import { COMPILE_CACHE } from './project.ts'

enableCompileCache(COMPILE_CACHE)
