//! Strings inside JSON text: their content without escapes, and keys written as JSON.
//!
//! Content is kept as UTF-8 in which a lone surrogate has the three bytes that its number
//! would have ("WTF-8"): such a string can be a key in JavaScript, and two different
//! ones stay different.

use alloc::vec::Vec;

/// Appends the content of a string, given without its quotes, to `out`. The string is
/// well-formed JSON.
pub(crate) fn unescape(string: &[u8], out: &mut Vec<u8>) {
    let mut rest = string;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        out.extend_from_slice(&rest[..at]);
        let kind = rest[at + 1];
        rest = &rest[at + 2..];
        let byte = match kind {
            b'u' => {
                rest = push_unit(rest, out);
                continue;
            }
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            other => other,
        };
        out.push(byte);
    }
    out.extend_from_slice(rest);
}

/// Appends the character of a `\u` escape whose digits `rest` begins with, and returns
/// what comes after it. Two escapes that are a pair of surrogates are one character.
fn push_unit<'a>(rest: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let high = unit(rest);
    let after = &rest[4..];
    if (0xd800..0xdc00).contains(&high) && after.starts_with(b"\\u") {
        let low = unit(&after[2..]);
        if (0xdc00..0xe000).contains(&low) {
            push_code_point(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), out);
            return &after[6..];
        }
    }
    push_code_point(high, out);
    after
}

/// The number of four hexadecimal digits.
fn unit(digits: &[u8]) -> u32 {
    digits[..4].iter().fold(0, |number, &digit| {
        // 'a' and 'A' are 1 in their low four bits.
        let value = u32::from(digit & 15) + if digit > b'9' { 9 } else { 0 };
        number << 4 | value
    })
}

fn push_code_point(point: u32, out: &mut Vec<u8>) {
    let continuation = |shift: u32| 0x80 | (point >> shift & 0x3f) as u8;
    match point {
        0..=0x7f => out.push(point as u8),
        0x80..=0x7ff => out.extend_from_slice(&[0xc0 | (point >> 6) as u8, continuation(0)]),
        0x800..=0xffff => {
            out.extend_from_slice(&[0xe0 | (point >> 12) as u8, continuation(6), continuation(0)]);
        }
        _ => out.extend_from_slice(&[
            0xf0 | (point >> 18) as u8,
            continuation(12),
            continuation(6),
            continuation(0),
        ]),
    }
}

/// Appends a string with this content, quotes included, to JSON text.
pub(crate) fn write_string(content: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for (at, &byte) in content.iter().enumerate() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..=0x1f => write_unit(u32::from(byte), out),
            // A surrogate, which is no UTF-8: 0xed and a byte from 0xa0.
            0xed if content[at + 1] >= 0xa0 => {
                let (middle, low) = (u32::from(content[at + 1]), u32::from(content[at + 2]));
                write_unit(0xd000 | (middle & 0x3f) << 6 | low & 0x3f, out);
            }
            0xa0..=0xbf if at > 0 && content[at - 1] == 0xed => {}
            0x80..=0xbf if is_end_of_surrogate(content, at) => {}
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Whether the byte at `at` is the third of a surrogate.
fn is_end_of_surrogate(content: &[u8], at: usize) -> bool {
    at > 1 && content[at - 2] == 0xed && content[at - 1] >= 0xa0
}

fn write_unit(unit: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\\u");
    for shift in [12, 8, 4, 0] {
        out.push(b"0123456789abcdef"[(unit >> shift & 15) as usize]);
    }
}

/// Appends a number to JSON text.
pub(crate) fn write_number(number: usize, out: &mut Vec<u8>) {
    if number >= 10 {
        write_number(number / 10, out);
    }
    out.push(b'0' + (number % 10) as u8);
}

/// The index of a key that is none.
pub(crate) const NO_INDEX: u32 = u32::MAX;

/// The integer that JavaScript orders `key` by: 0 to 2³² − 2 in canonical form ("7", not
/// "07"); else [`NO_INDEX`].
pub(crate) fn array_index(key: &[u8]) -> u32 {
    if key.is_empty() || key.len() > 10 || (key[0] == b'0' && key.len() > 1) {
        return NO_INDEX;
    }
    let mut index = 0u64;
    for &byte in key {
        if !byte.is_ascii_digit() {
            return NO_INDEX;
        }
        index = index * 10 + u64::from(byte - b'0');
    }
    index.try_into().unwrap_or(NO_INDEX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unescaped(string: &str) -> Vec<u8> {
        let mut out = Vec::new();
        unescape(string.as_bytes(), &mut out);
        out
    }

    fn written(content: &[u8]) -> String {
        let mut out = Vec::new();
        write_string(content, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_become_what_they_stand_for() {
        assert_eq!(unescaped(r#"a\"\\\/\b\f\n\r\t"#), b"a\"\\/\x08\x0c\n\r\t");
        assert_eq!(unescaped(r"\u0041\u00e9\u65e5"), "Aé日".as_bytes());
        assert_eq!(unescaped(r"\ud83d\ude00\uD83D\uDE00"), "😀😀".as_bytes());
    }

    #[test]
    fn lone_surrogates_stay_different_and_are_written_as_escapes() {
        let lone = [
            r"\ud83d",
            r"\ude00",
            r"\ude00\ud83d",
            r"\ud83d\u0041",
            r"\ud83d\ud83d\ude00",
        ];
        for string in lone {
            let content = unescaped(string);
            let again = written(&content);
            assert_eq!(unescaped(&again[1..again.len() - 1]), content, "{string}");
        }
        assert_eq!(
            written(&unescaped(r"x\ud83dy\udfff")),
            r#""x\ud83dy\udfff""#
        );
        assert_eq!(written("퟿".as_bytes()), "\"\u{d7ff}\"");
    }

    #[test]
    fn array_indices_are_canonical_and_below_two_to_the_32_minus_1() {
        assert_eq!(array_index(b"0"), 0);
        assert_eq!(array_index(b"4294967294"), u32::MAX - 1);
        for key in [
            "",
            "00",
            "01",
            "-1",
            "1.0",
            "4294967295",
            "4294967296",
            "9999999999",
            "99999999999",
            "1e3",
        ] {
            assert_eq!(array_index(key.as_bytes()), NO_INDEX, "{key}");
        }
    }

    proptest! {
        #[test]
        fn content_is_what_serde_json_reads_and_is_read_again(content in any::<String>()) {
            let json = serde_json::to_string(&content).unwrap();
            prop_assert_eq!(unescaped(&json[1..json.len() - 1]), content.as_bytes());
            let written = written(content.as_bytes());
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), content);
        }
    }
}
