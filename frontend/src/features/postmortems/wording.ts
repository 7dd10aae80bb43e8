/** "a, b and c" in the user's language. */
export const conjunction = (names: readonly string[], language: string) =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(names)
