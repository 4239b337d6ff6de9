import "./room-server.js";
import { render } from "solid-js/web";
import { presence } from "./presence.js";
import { Users } from "./users.jsx";

render(() => <Users presence={presence} />, document.querySelector("main"));
