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

/** A move clashes with another move only. */
export const moveMerging = <T extends { status: string }>(before: T, latest: () => Promise<T>, send: (row: T) => Promise<T>) =>
  merging(before, { latest, clashes: (theirs) => theirs.status !== before.status, send })
