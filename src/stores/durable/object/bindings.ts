/** What every object needs of the deployment's bindings. */
export type ObjectBindings = { readonly DB: D1Database }
