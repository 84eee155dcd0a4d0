/** D1 holds what is listed, searched and paged, and what no ledger owns. Times are Unix milliseconds. */
export * from './access.ts'
export * from './deployment.ts'
export * from './devices.ts'
export * from './ledgers.ts'
export * from './organizations.ts'
export * from './webhooks.ts'
