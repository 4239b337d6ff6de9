import { Socket } from "phoenix";
import { Presence } from "phoenix-presence";

const socket = new Socket("/socket", { params: { user_id: "ada" } });
socket.connect();

const channel = socket.channel("room:lobby");
export const presence = new Presence(channel);
channel.join();
