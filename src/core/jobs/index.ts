export { count, get, list, result } from './read.ts'
export { remove } from './remove.ts'
export { start } from './start.ts'
