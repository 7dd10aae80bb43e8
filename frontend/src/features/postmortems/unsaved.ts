import type { Content, Part } from './content'

/** Text of mine that has no place in the document any more, to copy from. */
export type Kept = Partial<Record<Part, string>>

export interface Unsaved {
  mine: Partial<Content>
  /** What it was written on top of: by this a change of somebody else is noticed. */
  base: Partial<Content>
  kept: Kept
}

/** In this tab only, until the server has it: survives a reload, a crash, a session that ran out. */
export function unsavedIn(key: string) {
  const name = `closeloop-postmortem:${key}`
  return {
    read(): Unsaved | null {
      try {
        return JSON.parse(sessionStorage.getItem(name) ?? 'null')
      } catch {
        return null
      }
    },
    write(unsaved: Unsaved | null) {
      try {
        if (unsaved) sessionStorage.setItem(name, JSON.stringify(unsaved))
        else sessionStorage.removeItem(name)
      } catch {
        // Full or forbidden: the page itself still has the text.
      }
    },
  }
}
