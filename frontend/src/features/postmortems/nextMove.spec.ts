import { describe, expect, it } from 'vitest'
import type { AllowedMove } from '@/api/types'
import { nextMove } from './nextMove'

const move = (action: string, code?: string): AllowedMove => ({
  to: 'InReview',
  action,
  needs: [],
  takes: [],
  blocked: code ? { code, detail: '', params: {} } : null,
})

describe('the next step of a postmortem', () => {
  it('fails when sending back is offered as the step that leads on', () => {
    expect(nextMove([move('request_changes'), move('approve')])?.action).toBe('approve')
    expect(nextMove([move('rework')])).toBeNull()
    expect(nextMove([move('revise')])).toBeNull()
  })

  it('fails when somebody is shown a button that is not theirs', () => {
    expect(nextMove([move('submit', 'author_or_manager')])).toBeNull()
    expect(nextMove([move('publish', 'role_required')])).toBeNull()
  })

  it('fails when an incomplete draft does not show what it is on the way to', () => {
    expect(nextMove([move('submit', 'postmortem_incomplete')])?.action).toBe('submit')
  })
})
