/** D1 holds what is listed, searched and paged, and what no ledger owns. Times are Unix milliseconds. */
export * from './schema/access.ts'
export * from './schema/deployment.ts'
export * from './schema/devices.ts'
export * from './schema/ledgers.ts'
export * from './schema/organizations.ts'
