import "../room-server.js";
import { Links, Meta, Outlet, Scripts } from "react-router";

export const meta = () => [{ title: "React Router" }];
export const links = () => [{ rel: "icon", href: "data:," }];

export default function App() {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <Meta />
        <Links />
      </head>
      <body>
        <Outlet />
        <Scripts />
      </body>
    </html>
  );
}
