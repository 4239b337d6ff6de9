/** Presences as a server sends them: an object with a list of metas, each with its ref. */

/** @param {string} phx_ref @param {object} [fields] */
export const meta = (phx_ref, fields) => ({ phx_ref, ...fields });

/** A user's presence. @param {...(string | object)} metas each a meta, or only its ref */
export const user = (...metas) => ({ metas: metas.map((each) => (typeof each === "string" ? meta(each) : each)) });

/** The refs of a presence. @param {any} presence @returns {unknown[] | undefined} */
export const refs = (presence) => presence?.metas?.map((/** @type {any} */ each) => each?.phx_ref);
