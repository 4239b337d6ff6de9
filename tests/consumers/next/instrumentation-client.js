// Runs before the page does.
import "./room-server.js";
