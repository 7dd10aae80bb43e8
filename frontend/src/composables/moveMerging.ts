import { ApiProblem } from '@/api/problem'

/** Somebody who changed another field meanwhile is no reason to refuse a move; somebody who moved it is. */
export async function moveMerging<T extends { status: string }>(
  before: T,
  latest: () => Promise<T>,
  send: (row: T) => Promise<T>,
): Promise<T> {
  try {
    return await send(before)
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 412)) throw error
    const theirs = await latest()
    if (theirs.status !== before.status) throw error
    return send(theirs)
  }
}
