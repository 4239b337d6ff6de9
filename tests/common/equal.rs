//! Which JavaScript values are equal, seen in whether a user with one and then the other
//! has changed.

use js_sys::{Array, Function, Object, Reflect, JSON};
use phoenix_presence::js::{compare, with_arguments};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

/// What this JavaScript returns.
fn js(body: &str) -> JsValue {
    Function::new_no_args(body)
        .call0(&JsValue::UNDEFINED)
        .unwrap()
}

/// Whether `one` and `other` are equal, in a meta and in a field.
fn equal(one: &JsValue, other: &JsValue) -> bool {
    let build = Function::new_with_args("v", "return { metas: [{ phx_ref: '1', v }] }");
    let in_meta = same(&build, one, other);
    let build = Function::new_with_args("v", "return { metas: [{ phx_ref: '1' }], v }");
    assert_eq!(same(&build, one, other), in_meta);
    in_meta
}

fn same(build: &Function, one: &JsValue, other: &JsValue) -> bool {
    let memory = Object::new();
    let changes = Array::new();
    Reflect::set(&memory, &"changes".into(), &changes).unwrap();
    let presence = |value| build.call1(&JsValue::UNDEFINED, value).unwrap();
    let arguments = [&"a".into(), &presence(one), &presence(other)];
    with_arguments(&memory, arguments, |first| compare(first, 2));
    changes.length() == 0
}

#[wasm_bindgen_test]
fn json_of_every_kind_equals_its_copy_and_nothing_else() {
    let texts = [
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1.5",
        "1e300",
        r#""""#,
        r#""1""#,
        r#""null""#,
        "[]",
        "{}",
        "[1]",
        "[null]",
        "[[]]",
        "[1,2]",
        "[2,1]",
        "[1,[2]]",
        r#"{"0":1}"#,
        r#"{"a":null}"#,
        r#"{"b":null}"#,
        r#"{"a":1}"#,
        r#"{"a":1,"b":2}"#,
        r#"{"a":{"b":[{}]}}"#,
        r#"{"a":{"b":[[]]}}"#,
        r#"{"":1}"#,
        r#"{"length":0}"#,
        r#"{"__proto__":{}}"#,
        r#"{"__proto__":1}"#,
        r#"{"__proto__":{"a":1}}"#,
        r#"{"constructor":1}"#,
        r#"{"toString":1}"#,
    ];
    for (at, one) in texts.iter().enumerate() {
        for (other_at, other) in texts.iter().enumerate() {
            let (one, other) = (JSON::parse(one).unwrap(), JSON::parse(other).unwrap());
            assert_eq!(equal(&one, &other), at == other_at, "{one:?} and {other:?}");
        }
    }
}

#[wasm_bindgen_test]
fn the_order_of_keys_does_not_matter() {
    let (one, other) = (
        js("return { a: 1, b: { c: [1], d: null } }"),
        js("return { b: { d: null, c: [1] }, a: 1 }"),
    );
    assert!(equal(&one, &other));
}

#[wasm_bindgen_test]
fn a_key_named_proto_is_compared_with_an_own_key_alone() {
    let own = JSON::parse(r#"{"__proto__":{"a":1}}"#).unwrap();
    assert!(equal(
        &own,
        &JSON::parse(r#"{"__proto__":{"a":1}}"#).unwrap()
    ));
    assert!(!equal(
        &own,
        &js("return { x: 1, ['__proto__']: { a: 2 } }")
    ));
    // As many keys, and what is inherited is the same.
    let inherits = js("return Object.setPrototypeOf({ b: 1 }, { a: 1 })");
    assert!(!equal(&own, &inherits));
    assert!(!equal(&JSON::parse(r#"{"a":1}"#).unwrap(), &inherits));
}

#[wasm_bindgen_test]
fn objects_without_a_prototype_are_equal_to_plain_ones() {
    let (plain, bare) = (
        js("return { a: [1] }"),
        js("return Object.assign(Object.create(null), { a: [1] })"),
    );
    assert!(equal(&plain, &bare) && equal(&bare, &plain));
}

#[wasm_bindgen_test]
fn of_values_that_json_cannot_hold_only_the_very_same_object_is_equal() {
    for made in [
        "new Date(0)",
        "new Map([[1, 2]])",
        "new Set()",
        "() => 1",
        "/a/",
        "new Uint8Array(1)",
        "new Number(1)",
        "new String('a')",
        "new Error('a')",
        "Promise.resolve()",
        "new (class { #own = Math.random() })()",
        "new (class Point { x = 1 })()",
        "Symbol('a')",
        "({ a: undefined })",
        "new Proxy({}, { getPrototypeOf() { throw 1 } })",
    ] {
        let body = format!("return {made}");
        let (one, other) = (js(&body), js(&body));
        assert!(equal(&one, &one), "{made}");
        assert!(!equal(&one, &other), "{made}");
        assert!(!equal(&one, &js("return {}")), "{made}");
        assert!(!equal(&js("return {}"), &one), "{made}");
    }
}

#[wasm_bindgen_test]
fn an_array_is_no_object_and_holes_count() {
    assert!(!equal(&js("return []"), &js("return {}")));
    assert!(!equal(&js("return {}"), &js("return []")));
    let bare = js("return Object.setPrototypeOf([], null)");
    assert!(!equal(&js("return {}"), &bare) && !equal(&bare, &js("return {}")));
    assert!(!equal(&js("return ['a']"), &js("return { 0: 'a' }")));
    assert!(!equal(&js("return []"), &js("return [,]")));
    assert!(!equal(&js("return [1, 2]"), &js("return [1]")));
}

#[wasm_bindgen_test]
fn an_undefined_value_is_not_a_missing_key() {
    assert!(!equal(&js("return { a: undefined }"), &js("return {}")));
    assert!(!equal(
        &js("return { a: undefined }"),
        &js("return { b: 1 }")
    ));
    assert!(!equal(
        &js("return { b: 1 }"),
        &js("return { a: undefined }")
    ));
}

#[wasm_bindgen_test]
fn values_nested_100_000_deep_are_compared_to_the_end() {
    let nested = |wrap: &str, end: &str| {
        js(&format!(
            "let v = {end}; for (let n = 0; n < 100_000; n++) v = {wrap}; return v"
        ))
    };
    for wrap in ["[v]", "({ a: v })", "[{ a: v, b: 1 }]"] {
        assert!(equal(&nested(wrap, "1"), &nested(wrap, "1")), "{wrap}");
        assert!(!equal(&nested(wrap, "1"), &nested(wrap, "2")), "{wrap}");
    }
}

#[wasm_bindgen_test]
fn many_values_are_compared_to_the_end() {
    let long = |last: &str| {
        js(&format!(
            "const v = Array(300_000).fill([1]); return [...v, {last}]"
        ))
    };
    let wide = |last: &str| js(&format!("return [...Array(300_000).keys(), {last}]"));
    assert!(equal(&wide("1"), &wide("1")));
    assert!(!equal(&wide("1"), &wide("2")));
    assert!(equal(&long("[2]"), &long("[2]")));
    assert!(!equal(&long("[2]"), &long("[3]")));
}

#[wasm_bindgen_test]
fn the_comparison_of_values_that_refer_to_themselves_ends() {
    for body in [
        "const v = {}; v.self = v; return v",
        "const v = []; v.push(v, v, v); return v",
        // More of them wait with each that is compared.
        "const v = []; for (let n = 0; n < 1_000; n++) v.push(v); return v",
    ] {
        let (one, other) = (js(body), js(body));
        assert!(equal(&one, &one), "{body}");
        assert!(!equal(&one, &other), "{body}");
    }
}

#[wasm_bindgen_test]
fn a_proxy_that_throws_when_asked_for_a_key_that_it_does_not_list_differs() {
    let proxy = js("return new Proxy({ b: 1 }, {
            getOwnPropertyDescriptor(target, key) {
                if (key !== 'b') throw new Error('mine');
                return Reflect.getOwnPropertyDescriptor(target, key);
            },
        })");
    assert!(!equal(&js("return { a: 1 }"), &proxy));
}
