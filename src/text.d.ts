/** Shell files are delivered as text (wrangler.toml: rules). */
declare module '*.sh' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: this is how the bundler hands text over
  export default text
}
