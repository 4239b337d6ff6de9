// The token that proves your name and role to the server.
//
// The demo's server signs one for anyone. A real app asks for a password first.

/** The shortest time between two requests for another token, in milliseconds. */
const RENEWAL_PAUSE = 2000;

export class Session {
  token = "";
  #renewed = 0;

  /** @param {{ name: string, role: string }} identity */
  constructor({ name, role }) {
    this.name = name;
    this.role = role;
  }

  /**
   * @returns {Promise<void>} rejected with the reason if the server gives no token
   */
  async signIn() {
    const body = JSON.stringify({ name: this.name, role: this.role });
    const answer = await fetch("/demo/token", { method: "POST", body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text || `the server answered ${answer.status}`);
    this.token = JSON.parse(text).token;
  }

  /** Asks for another token, for the next connection: the old one may be expired, or signed by a server before a restart. */
  async renew() {
    const now = performance.now();
    if (now - this.#renewed < RENEWAL_PAUSE) return;
    this.#renewed = now;
    try {
      await this.signIn();
    } catch {
      // The server is away. The socket tries again, and so does this.
    }
  }
}
