import { beforeEach, describe, expect, it, vi } from 'vitest'
import * as incidents from '@/api/incidents'
import { ApiProblem } from '@/api/problem'
import { incident } from '@/testing/incidents'
import { editMerging } from './useIncident'

vi.mock('@/api/incidents')
const stale = () => new ApiProblem({ status: 412, code: 'stale' })
const seen = incident({ title: 'old', severity: 'P2', version: 1 })

describe('editing an incident that somebody else changed', () => {
  beforeEach(() => void vi.mocked(incidents.edit).mockRejectedValueOnce(stale()))

  it('fails when a title typed at night is lost because an assignee was set', async () => {
    const theirs = incident({ title: 'old', assignee: { id: 4, username: 'li', display_name: 'Li', is_active: true }, version: 2 })
    vi.mocked(incidents.get).mockResolvedValue(theirs)
    vi.mocked(incidents.edit).mockResolvedValueOnce({ ...theirs, title: 'new', version: 3 })
    expect(await editMerging(seen, { title: 'new' })).toMatchObject({ title: 'new', version: 3 })
    expect(incidents.edit).toHaveBeenLastCalledWith(theirs, { title: 'new' })
  })

  it('fails when it overwrites what they wrote into the same field', async () => {
    vi.mocked(incidents.get).mockResolvedValue(incident({ title: 'theirs', version: 2 }))
    await expect(editMerging(seen, { title: 'mine' })).rejects.toMatchObject({ code: 'stale' })
    expect(incidents.edit).toHaveBeenCalledTimes(1)
  })

  it('fails when two people who assigned somebody do not notice', async () => {
    vi.mocked(incidents.get).mockResolvedValue(incident({ assignee: { id: 4, username: 'li', display_name: 'Li', is_active: true }, version: 2 }))
    await expect(editMerging(seen, { assignee_id: 7 })).rejects.toMatchObject({ code: 'stale' })
  })
})
