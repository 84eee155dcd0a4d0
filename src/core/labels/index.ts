export { countLabels, findByIds, findByValues, getLabel, listLabels, resolveManyLabels } from './read.ts'
export { readUsage } from './usage.ts'
export { changeLabel, createLabel, deleteLabel } from './write.ts'
