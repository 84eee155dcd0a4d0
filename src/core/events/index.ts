export { audit, type Told } from './audit.ts'
export { count, get, list } from './read.ts'
