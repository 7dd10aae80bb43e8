import { ApiProblem } from '@/api/problem'

/**
 * Sends a change of `before`. Somebody who changed something else meanwhile is no reason to refuse it: it is sent
 * again for the latest row. Where theirs `clashes` with it, the refusal is thrown.
 */
export async function merging<T>(
  before: T,
  { latest, clashes, send }: { latest: () => Promise<T>; clashes: (theirs: T) => boolean; send: (row: T) => Promise<T> },
): Promise<T> {
  try {
    return await send(before)
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 412)) throw error
    const theirs = await latest()
    if (clashes(theirs)) throw error
    return send(theirs)
  }
}

/** Clashes only with who changed the same fields; `fieldOf` says what a row has for a field of the patch. */
export const patchMerging = <T extends object, P extends object>(
  before: T,
  patch: P,
  latest: () => Promise<T>,
  send: (row: T, patch: P) => Promise<T>,
  fieldOf = (row: T, name: string): unknown => row[name as keyof T],
) =>
  merging(before, {
    latest,
    clashes: (theirs) => Object.keys(patch).some((name) => JSON.stringify(fieldOf(before, name)) !== JSON.stringify(fieldOf(theirs, name))),
    send: (row) => send(row, patch),
  })

/** A move clashes with another move only. */
export const moveMerging = <T extends { status: string }>(before: T, latest: () => Promise<T>, send: (row: T) => Promise<T>) =>
  merging(before, { latest, clashes: (theirs) => theirs.status !== before.status, send })
