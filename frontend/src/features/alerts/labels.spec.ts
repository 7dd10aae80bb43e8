import { describe, expect, it } from 'vitest'
import { telling } from './labels'

describe('the excerpt of labels', () => {
  it('fails when what tells alerts apart is pushed out', () => {
    const labels = { alertname: 'X', severity: 'critical', zone: 'a', team: 'b', env: 'prod', service: 'web', instance: '' }
    expect(telling(labels)).toEqual([['service', 'web'], ['env', 'prod'], ['zone', 'a']])
    expect(telling({})).toEqual([])
  })
})
