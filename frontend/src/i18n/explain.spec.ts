import { beforeEach, describe, expect, it } from 'vitest'
import { ApiProblem } from '@/api/problem'
import { explain, explainIllegal, fieldErrors } from './explain'
import { speak } from './index'

const problem = (code: string, more: object = {}) => new ApiProblem({ status: 409, code, ...more })

describe('explain', () => {
  beforeEach(() => speak('zh-CN', { remember: false }))

  it('fails when a refused move does not say in Chinese what would be legal', () => {
    const refused = problem('move_refused', { params: { source: 'Pending', to: 'Recovered' }, allowed: ['InProgress', 'Closed'] })
    expect(explain(refused)).toBe('「待确认」不能直接流转到「已恢复」，可以流转到处理中或已关闭。')
  })

  it('fails when an alert borrows the words of an incident', () => {
    expect(explainIllegal('alert', 'Ignored', 'Linked', ['Pending'])).toBe(
      '「已忽略」不能直接流转到「已关联」，可以流转到待处理。',
    )
  })

  it('fails when a dead end promises a way out', () => {
    expect(explainIllegal('action_item', 'Verified', 'Open', [])).toBe('「已验证」不能直接流转到「待开始」。')
  })

  it('fails when what a postmortem lacks stays in English', () => {
    expect(explain(problem('postmortem_incomplete', { params: { missing: ['impact', 'root_cause'] } }))).toBe(
      '还缺少：影响和根因。',
    )
  })

  it('fails when a blocked move is not explained like a refusal', () => {
    const reason = { code: 'role_required', detail: 'Only a manager may do this.', params: { role: 'manager' } }
    expect(explain(reason)).toBe('需要经理或更高权限。')
  })

  it('fails when the other language does not reach it', async () => {
    await speak('en', { remember: false })
    expect(explain(problem('stale', { params: { by: '王芳' } }))).toBe('王芳 changed this just now; you see the latest. Look, then try again.')
    expect(explain(problem('stale'))).toBe('Somebody changed this just now; you see the latest. Look, then try again.')
  })

  it('fails when an unknown code hides the sentence the server sent', () => {
    expect(explain(problem('brand_new', { detail: 'Something new.' }))).toBe('Something new.')
  })

  it('fails when a stray exception is shown as it is', () => {
    expect(explain(new TypeError('x is undefined'))).toBe('服务器出了问题，已经记录下来。请稍后再试。')
  })

  it('fails when a form cannot tell which field was wrong', () => {
    const wrong = problem('wrong_password', { errors: [{ field: 'current_password', message: 'Is not your password.' }] })
    expect(fieldErrors(wrong)).toEqual({ current_password: '当前密码不正确。' })
  })
})
