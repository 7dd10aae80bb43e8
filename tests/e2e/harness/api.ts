/** One caller of the API, with what its answers are checked for: success. */
export class Api {
  private constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  static async login(url: string, username: string, password: string): Promise<Api> {
    const { access_token } = await new Api(url, '').post('auth/login', { username, password })
    return new Api(url, access_token)
  }

  withKey(key: string): Api {
    return new Api(this.url, key)
  }

  // The shapes are the back end's; what a spec reads of them it checks itself.
  async send(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: {
        // A kept connection may have been closed by the server just when it is used again.
        Connection: 'close',
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return text ? JSON.parse(text) : undefined
  }

  get = (path: string) => this.send('GET', path)
  post = (path: string, body: unknown = {}) => this.send('POST', path, body)
  patch = (path: string, body: unknown) => this.send('PATCH', path, body)

  async createUser(username: string, display_name: string, role: string, password = 'correct horse battery') {
    await this.post('users', { username, display_name, role, password })
    return { username, display_name, password }
  }
}
