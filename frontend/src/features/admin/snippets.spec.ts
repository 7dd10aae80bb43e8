import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { snippetFor } from './snippets'

const given = { origin: 'http://10.0.0.5:5001', key: 'clk_AbC-_9', sample: { title: "Bob's disk", description: '/data 3%' } }

describe('the snippet', () => {
  it('fails when Alertmanager would post elsewhere or without the key', () => {
    const yaml = snippetFor({ ...given, kind: 'alertmanager' })
    expect(yaml).toContain('- url: http://10.0.0.5:5001/api/v1/hooks/alertmanager\n')
    expect(yaml).toMatch(/http_config:\n {10}authorization:\n {12}type: Bearer\n {12}credentials: clk_AbC-_9\n/)
  })

  it('fails when a shell does not read the command as it is meant', () => {
    const command = snippetFor({ ...given, kind: 'generic' })
    const args = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }; ${command}`], { encoding: 'utf8' }).split('\0')
    expect(args.slice(0, 7)).toEqual([
      '-X', 'POST', 'http://10.0.0.5:5001/api/v1/alerts',
      '-H', 'Authorization: Bearer clk_AbC-_9',
      '-H', 'Content-Type: application/json',
    ])
    const alert = JSON.parse(args[8]!)
    expect(alert).toMatchObject({ title: "Bob's disk", description: '/data 3%', level: 'Error', alert_source: 'my-monitor' })
    expect(alert.fired_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })
})
