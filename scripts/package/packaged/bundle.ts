/** In the npm package this is scripts/lib/cli/bundle.ts: the Worker was built when the package was made. */
export async function ensureBundle(): Promise<void> {}
