export { actForChild } from './act-for.ts'
export { bootstrap, mayBootstrap } from './bootstrap.ts'
export { enter } from './enter.ts'
export { change, createChild, get, listChildren } from './own.ts'
