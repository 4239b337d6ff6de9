import "./room-server.js";
import "./user-list.js";
import { presence } from "./presence.js";

document.querySelector("user-list").presence = presence;
