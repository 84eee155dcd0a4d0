export { countLabels, findByValues, getLabel, listLabels, resolveLabels } from './read.ts'
export { readUsage } from './usage.ts'
export { changeLabel, createLabel, deleteLabel } from './write.ts'
