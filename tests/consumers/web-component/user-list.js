class UserList extends HTMLElement {
  #presence;
  #stop;

  connectedCallback() {
    if (!this.#presence || this.#stop) return;
    this.#stop = this.#presence.subscribe(() => this.#render());
    this.#render();
  }

  disconnectedCallback() {
    this.#stop?.();
    this.#stop = undefined;
  }

  set presence(presence) {
    this.disconnectedCallback();
    this.#presence = presence;
    if (this.isConnected) this.connectedCallback();
  }

  #render() {
    const rows = this.#presence.entries().map(([key, { metas }]) => {
      return Object.assign(document.createElement("li"), { textContent: `${key} on ${metas.length}` });
    });
    this.replaceChildren(...rows);
  }
}

customElements.define("user-list", UserList);
