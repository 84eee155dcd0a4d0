export { count, get, list } from './read.ts'
