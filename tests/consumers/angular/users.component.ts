import { Component, effect, input, signal } from "@angular/core";
import type { Presence, PresenceEntries } from "phoenix-presence";

/** The entries of a Presence as a signal, up to date until the component is destroyed. */
export function entriesOf(presence: () => Presence) {
  const entries = signal<PresenceEntries>([]);
  effect((onCleanup) => {
    const now = presence();
    entries.set(now.entries());
    onCleanup(now.subscribe(() => entries.set(now.entries())));
  });
  return entries.asReadonly();
}

@Component({
  selector: "app-users",
  template: `
    <ul>
      @for (entry of entries(); track entry[0]) {
        <li>{{ entry[0] }} on {{ entry[1].metas.length }}</li>
      }
    </ul>
  `,
})
export class UsersComponent {
  readonly presence = input.required<Presence>();
  protected readonly entries = entriesOf(this.presence);
}
