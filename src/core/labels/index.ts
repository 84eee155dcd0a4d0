export { countLabels, findByValues, getLabel, listLabels, resolveLabels, resolveManyLabels } from './read.ts'
export { readUsage } from './usage.ts'
export { changeLabel, createLabel, deleteLabel } from './write.ts'
