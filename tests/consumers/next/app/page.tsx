import { Members } from "../members";

export default async function Page() {
  return (
    <main>
      <h1>Who is here</h1>
      <Members topic="room:lobby" />
    </main>
  );
}
