/** Shell files are delivered as text (wrangler.toml: rules). */
declare module '*.sh' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: this is how the bundler hands text over
  export default text
}

/** Style sheets: delivered as text, too. */
declare module '*.css' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: this is how the bundler hands text over
  export default text
}

/** Scripts of pages: delivered as text, too. */
declare module '*.client.js' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: this is how the bundler hands text over
  export default text
}

/** A script of pages: delivered as text, too. */
declare module 'htmx.org/dist/htmx.min.js' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: this is how the bundler hands text over
  export default text
}
