export { getKeyPair, listKeyPairs } from './read.ts'
export { changeKeyPair, createKeyPair, deleteKeyPair } from './write.ts'
