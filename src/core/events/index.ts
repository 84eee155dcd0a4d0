export { audit, type Told } from './audit.ts'
export { follow } from './follow.ts'
export { count, get, list } from './read.ts'
