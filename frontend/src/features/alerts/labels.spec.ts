import { describe, expect, it } from 'vitest'
import { telling, webAddress } from './labels'

describe('the excerpt of labels', () => {
  it('fails when what tells alerts apart is pushed out', () => {
    const labels = { alertname: 'X', severity: 'critical', zone: 'a', team: 'b', env: 'prod', service: 'web', instance: '' }
    expect(telling(labels)).toEqual([['service', 'web'], ['env', 'prod'], ['zone', 'a']])
    expect(telling({})).toEqual([])
  })
})

describe('an address out of an alert', () => {
  it('fails when something other than a web page becomes a link', () => {
    for (const bad of ['javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'ftp://x/', '//x', '/path', 'see http://x', 'http://', '', null]) {
      expect(webAddress(bad), String(bad)).toBeNull()
    }
    expect(webAddress('https://grafana.example/d/1?x=1')).toBe('https://grafana.example/d/1?x=1')
    expect(webAddress('http://10.0.0.1:9090/graph')).toBe('http://10.0.0.1:9090/graph')
  })
})
