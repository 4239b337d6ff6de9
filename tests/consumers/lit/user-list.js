import { html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";

/** Renders its host again for each change of a Presence, as long as the host is in the page. */
class PresenceController {
  constructor(host, presenceOf) {
    Object.assign(this, { host, presenceOf });
    host.addController(this);
  }
  hostUpdate() {
    const presence = this.presenceOf(); // Another one after its property has changed.
    if (presence === this.presence) return;
    this.hostDisconnected();
    this.presence = presence;
    this.stop = presence?.subscribe(() => this.host.requestUpdate());
  }
  hostConnected() {
    this.host.requestUpdate();
  }
  hostDisconnected() {
    this.stop?.();
    this.presence = this.stop = undefined;
  }
}

class UserList extends LitElement {
  static properties = { presence: { attribute: false } };

  constructor() {
    super();
    new PresenceController(this, () => this.presence);
  }

  render() {
    const row = ([key, { metas }]) => html`<li>${key} on ${metas.length}</li>`;
    return html`<ul>
      ${repeat(this.presence?.entries() ?? [], ([key]) => key, row)}
    </ul>`;
  }
}

customElements.define("user-list", UserList);
