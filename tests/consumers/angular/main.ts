import "@angular/compiler";
import "./room-server.js";
import { Component, provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { presence } from "./presence.js";
import { UsersComponent } from "./users.component.js";

@Component({
  selector: "app-root",
  imports: [UsersComponent],
  template: `<app-users [presence]="presence" />`,
})
class App {
  protected readonly presence = presence;
}

bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] }).catch(console.error);
