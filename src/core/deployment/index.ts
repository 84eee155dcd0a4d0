export { dropRingVersion, endRingVersion } from './drop-ring-version.ts'
export { fence, fenceLedgers, rebuild } from './fence.ts'
export { addRingVersion, describeRing, reseal, rewrap } from './ring.ts'
export { survey } from './survey.ts'
