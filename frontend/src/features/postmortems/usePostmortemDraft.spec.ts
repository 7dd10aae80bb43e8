import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type EffectScope } from 'vue'
import * as api from '@/api/postmortems'
import { ApiProblem } from '@/api/problem'
import type { Postmortem } from '@/api/types'
import { newLine } from './content'
import { usePostmortemDraft } from './usePostmortemDraft'

vi.mock('@/api/postmortems')

const row = (changes: Partial<Postmortem> = {}) =>
  ({
    id: 5, version: 1, status: 'Draft', editable: true, reviewers_editable: true, reviewers: [],
    summary: '', impact: '', detection: '', root_cause: '', resolution: '', lessons: '',
    timeline: [{ occurred_at: '2026-11-22T10:00:00.845671Z', text: 'created' }],
    ...changes,
  }) as unknown as Postmortem

const problem = (status: number, code: string) => new ApiProblem({ status, code })

describe('a postmortem’s draft', () => {
  let server = ref(row())
  let scope: EffectScope
  /** What the pretended server has. */
  let stored = row()

  function open(start = row()) {
    stored = start
    server = ref(start)
    scope = effectScope()
    return scope.run(() =>
      usePostmortemDraft(server, {
        owner: '3',
        onSaved: (saved) => (server.value = saved),
        timelineText: (content) => content.timeline.map(({ text }) => text).join('\n'),
      }),
    )!
  }
  const unsaved = () => sessionStorage.getItem('closeloop-postmortem:3:5')
  const soon = () => vi.advanceTimersByTimeAsync(1100)

  beforeEach(() => {
    vi.useFakeTimers()
    sessionStorage.clear()
    vi.mocked(api.get).mockImplementation(async () => stored)
    vi.mocked(api.edit).mockReset()
    vi.mocked(api.edit).mockImplementation(async (seen, { reviewer_ids: _, ...body }) => {
      if (seen.version !== stored.version) throw problem(412, 'stale')
      return (stored = { ...stored, ...body, version: stored.version + 1 } as Postmortem)
    })
  })
  afterEach(() => {
    scope.stop()
    vi.useRealTimers()
  })

  it('fails when each key makes a request, or none does', async () => {
    const draft = open()
    for (const text of ['a', 'ab', 'abc']) {
      draft.content.value.summary = text
      await vi.advanceTimersByTimeAsync(200)
    }
    expect(draft.state.value).toBe('pending')
    await soon()
    expect(vi.mocked(api.edit).mock.calls.map(([seen, body]) => [seen.version, body])).toEqual([[1, { summary: 'abc' }]])
    expect(draft.state.value).toBe('saved')
    expect(unsaved()).toBeNull()
  })

  it('fails when what is typed while saving is lost or not saved after', async () => {
    const draft = open()
    let answer!: (saved: Postmortem) => void
    vi.mocked(api.edit).mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
    draft.content.value.summary = 'one'
    await soon()
    draft.content.value.summary = 'one two'
    stored = row({ version: 2, summary: 'one' })
    answer(stored)
    await soon()
    expect(draft.content.value.summary).toBe('one two')
    expect(stored.summary).toBe('one two')
  })

  it('fails when a server that is away loses the text, or is not asked again', async () => {
    const draft = open()
    vi.mocked(api.edit).mockRejectedValueOnce(problem(0, 'network'))
    draft.content.value.impact = 'everybody'
    await soon()
    expect(draft.state.value).toBe('failed')
    expect(unsaved()).toContain('everybody')
    await vi.advanceTimersByTimeAsync(3_000)
    expect(stored.impact).toBe('everybody')
    expect(draft.state.value).toBe('saved')
  })

  it('fails when a reload forgets what was not saved', async () => {
    open().content.value.impact = 'half a sentence'
    await nextTick()
    scope.stop()
    const draft = open()
    expect(draft.content.value.impact).toBe('half a sentence')
    expect(draft.restored.value).toBe(true)
    await soon()
    expect(stored.impact).toBe('half a sentence')
  })

  it('fails when somebody else’s part stops mine, or is written over', async () => {
    const draft = open()
    stored = row({ version: 4, lessons: 'theirs' })
    draft.content.value.summary = 'mine'
    await soon()
    expect(stored).toMatchObject({ lessons: 'theirs', summary: 'mine' })
    expect(draft.content.value.lessons).toBe('theirs')
    expect(draft.state.value).toBe('saved')
  })

  it('fails when the same part of two people loses either text', async () => {
    const draft = open()
    stored = row({ version: 4, summary: 'theirs' })
    draft.content.value.summary = 'mine'
    await soon()
    expect(draft.state.value).toBe('conflict')
    expect(stored.summary).toBe('theirs')
    expect(draft.content.value.summary).toBe('mine')
    draft.loadTheirs()
    expect(draft.content.value.summary).toBe('theirs')
    expect(draft.kept.value).toEqual({ summary: 'mine' })
    expect(unsaved()).toContain('mine')
    draft.forgetKept('summary')
    expect(unsaved()).toBeNull()
  })

  it('fails when a conflict keeps the other parts from being saved', async () => {
    const draft = open()
    stored = row({ version: 4, summary: 'theirs' })
    draft.content.value.summary = 'mine'
    draft.content.value.impact = 'also mine'
    await soon()
    expect(stored).toMatchObject({ summary: 'theirs', impact: 'also mine' })
    draft.keepMine()
    await soon()
    expect(stored.summary).toBe('mine')
  })

  it('fails when an answer that got lost is taken for somebody else’s change', async () => {
    const draft = open()
    vi.mocked(api.edit).mockImplementationOnce(async (_, body) => {
      stored = { ...stored, ...body, version: 2 } as Postmortem
      throw problem(0, 'network')
    })
    draft.content.value.summary = 'mine'
    await soon()
    draft.content.value.summary = 'mine, longer'
    await soon()
    expect(draft.state.value).toBe('saved')
    expect(stored.summary).toBe('mine, longer')
  })

  it('fails when a submitted postmortem swallows what was being written', async () => {
    const draft = open()
    stored = row({ version: 2, status: 'InReview', editable: false, reviewers_editable: false })
    vi.mocked(api.edit).mockRejectedValueOnce(problem(409, 'not_editable'))
    draft.content.value.lessons = 'too late'
    await soon()
    expect(draft.kept.value).toEqual({ lessons: 'too late' })
    expect(draft.content.value.lessons).toBe('')
    expect(draft.latest.value.editable).toBe(false)
  })

  it('fails when reviewers cannot be changed while it is in review', async () => {
    const draft = open(row({ status: 'InReview', editable: false }))
    draft.content.value.reviewers = [{ id: 9, username: 'chenjie', display_name: 'Chen Jie', is_active: true }]
    await soon()
    expect(vi.mocked(api.edit).mock.calls.map(([, body]) => body)).toEqual([{ reviewer_ids: [9] }])
  })

  it('fails when a refusal of the text itself is asked again for ever', async () => {
    const draft = open()
    vi.mocked(api.edit).mockRejectedValue(problem(422, 'invalid'))
    draft.content.value.lessons = 'too long'
    await vi.advanceTimersByTimeAsync(120_000)
    expect(api.edit).toHaveBeenCalledOnce()
    expect(draft.state.value).toBe('failed')
  })

  it('fails when an empty new line or the order on the page counts as a change', async () => {
    const draft = open()
    draft.content.value.timeline.push(newLine('2026-11-22T09:00:00Z'))
    await soon()
    expect(api.edit).not.toHaveBeenCalled()
    draft.content.value.timeline[1]!.text = 'earlier'
    await soon()
    expect(stored.timeline.map(({ text }) => text)).toEqual(['earlier', 'created'])
    expect(draft.content.value.timeline.map(({ text }) => text), 'nothing jumps').toEqual(['created', 'earlier'])
    expect(draft.state.value).toBe('saved')
  })
})
