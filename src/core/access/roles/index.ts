export { get, list } from './read.ts'
export { change, create, remove } from './write.ts'
