import { useParams } from "react-router";
import { Members } from "../members";

export default function Room() {
  const { name } = useParams();
  return <Members topic={`room:${name}`} />; // A navigation leaves one room and joins the other.
}
