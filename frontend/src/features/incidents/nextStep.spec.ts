import { describe, expect, it } from 'vitest'
import { allowed, incident } from '@/testing/incidents'
import { nextStep } from './nextStep'

const blocked = { code: 'postmortem_not_published', detail: '', params: {} }

describe('the one obvious next step', () => {
  it('fails when a new incident does not ask to be confirmed', () => {
    const step = nextStep(incident({ allowed_moves: [allowed('InProgress', 'confirm'), allowed('Closed', 'dismiss')] }), true)
    expect(step).toMatchObject({ kind: 'move', move: { action: 'confirm' } })
  })

  it('fails when it proposes to go back', () => {
    const moves = [allowed('InProgress', 'setback'), allowed('Recovered', 'recover')]
    expect(nextStep(incident({ status: 'Recovering', allowed_moves: moves }), true)).toMatchObject({ move: { action: 'recover' } })
  })

  it('fails when a recovered P1 is not led to its postmortem', () => {
    const moves = [allowed('AwaitingPostmortem', 'await_postmortem'), allowed('Closed', 'close', { blocked })]
    expect(nextStep(incident({ status: 'Recovered', severity: 'P1', allowed_moves: moves }), true)).toEqual({ kind: 'write-postmortem' })
  })

  it('fails when a P4 that needs none is not closed at once', () => {
    const moves = [allowed('AwaitingPostmortem', 'await_postmortem'), allowed('Closed', 'close')]
    const small = incident({ status: 'Recovered', postmortem_required: false, allowed_moves: moves })
    expect(nextStep(small, true)).toMatchObject({ move: { action: 'close' } })
  })

  it('fails when an unpublished postmortem is not opened, and a published one not closed upon', () => {
    const waiting = { status: 'AwaitingPostmortem', postmortem: { id: 5, status: 'Draft' } } as const
    expect(nextStep(incident({ ...waiting, allowed_moves: [allowed('Closed', 'close', { blocked })] }), true)).toEqual({ kind: 'open-postmortem', id: 5 })
    expect(nextStep(incident({ ...waiting, allowed_moves: [allowed('Closed', 'close')] }), true)).toMatchObject({ move: { action: 'close' } })
  })

  it('fails when a viewer is offered what is not his', () => {
    const role = { code: 'role_required', detail: '', params: { role: 'responder' } }
    expect(nextStep(incident({ allowed_moves: [allowed('InProgress', 'confirm', { blocked: role })] }), false)).toBeNull()
  })

  it('fails when a closed incident is offered for reopening', () => {
    expect(nextStep(incident({ status: 'Closed', allowed_moves: [allowed('InProgress', 'reopen')] }), true)).toBeNull()
  })
})
