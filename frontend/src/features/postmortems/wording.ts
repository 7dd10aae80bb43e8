import type { Postmortem, PostmortemSummary } from '@/api/types'

/** "a, b and c" in the user's language. */
export const conjunction = (names: readonly string[], language: string) =>
  new Intl.ListFormat(language, { type: 'conjunction' }).format(names)

/** Field names; the OpenAPI document leaves their type open. */
export const missingOf = (postmortem: Postmortem | PostmortemSummary) => postmortem.missing as string[]
