//! A scanner over JSON text: finds where keys and values begin and end, and refuses
//! what `JSON.parse` refuses.
//!
//! It accepts RFC 8259 and nothing else, builds no values and does not recurse, so a text
//! of any depth is scanned in constant stack. Each function returns `None` where the text
//! is malformed. That the text is UTF-8 is not checked: bytes past ASCII are accepted
//! inside strings and nowhere else.

use alloc::vec::Vec;
use core::ops::Range;

/// A part of a text, as positions of its bytes. An empty one stands for a value that is
/// missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn len(self) -> usize {
        self.range().len()
    }

    pub fn of(self, text: &[u8]) -> &[u8] {
        &text[self.range()]
    }
}

/// Reads a text from the front.
pub(crate) struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// Where it began.
    from: usize,
    /// Whether any string so far has an escape sequence.
    pub has_escapes: bool,
}

impl<'a> Scanner<'a> {
    /// Positions count from the start of `text`, of which the first `at` bytes are skipped.
    pub fn new(text: &'a [u8], at: usize) -> Self {
        Self {
            text,
            at,
            from: at,
            has_escapes: false,
        }
    }

    pub fn text(&self) -> &'a [u8] {
        self.text
    }

    /// What part of the text was read, as bytes read and all bytes.
    pub fn progress(&self) -> (usize, usize) {
        (self.at - self.from, self.text.len() - self.from)
    }

    /// The next byte, without reading it; 0, which begins no value, at the end.
    pub fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// Reads white space.
    pub fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    /// Reads `byte` if it is the next.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == byte;
        self.at += usize::from(is_next);
        is_next
    }

    /// Reads white space up to the end of the text.
    pub fn end(&mut self) -> Option<()> {
        self.space();
        (self.at == self.text.len()).then_some(())
    }

    /// Reads a value of any kind.
    pub fn value(&mut self) -> Option<Span> {
        let start = self.at;
        // The closing bytes of the objects and arrays around the current value.
        let mut closing = Vec::new();
        loop {
            match self.peek() {
                b'"' => {
                    self.string()?;
                }
                b'-' | b'0'..=b'9' => self.number()?,
                b'{' => {
                    self.at += 1;
                    self.space();
                    if !self.take(b'}') {
                        self.key()?;
                        closing.push(b'}');
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    self.space();
                    if !self.take(b']') {
                        closing.push(b']');
                        continue;
                    }
                }
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                _ => return None,
            }
            loop {
                let Some(&last) = closing.last() else {
                    return Some(Span::new(start, self.at));
                };
                self.space();
                if self.take(b',') {
                    self.space();
                    if last == b'}' {
                        self.key()?;
                    }
                    break;
                }
                if !self.take(last) {
                    return None;
                }
                closing.pop();
            }
        }
    }

    /// Reads an object. `member` is called with each key, without its quotes, and reads
    /// the value.
    pub fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, Span) -> Option<()>,
    ) -> Option<Span> {
        let start = self.at;
        self.items(b'{', b'}', |scanner| {
            let key = scanner.key()?;
            member(scanner, key)
        })?;
        Some(Span::new(start, self.at))
    }

    /// Reads an array. `element` is called at each value, and reads it.
    pub fn array(&mut self, element: impl FnMut(&mut Self) -> Option<()>) -> Option<Span> {
        let start = self.at;
        self.items(b'[', b']', element)?;
        Some(Span::new(start, self.at))
    }

    #[inline(always)]
    fn items(
        &mut self,
        open: u8,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        if !self.take(open) {
            return None;
        }
        self.space();
        if self.take(close) {
            return Some(());
        }
        loop {
            item(self)?;
            self.space();
            if self.take(close) {
                return Some(());
            }
            if !self.take(b',') {
                return None;
            }
            self.space();
        }
    }

    /// Reads a key, the colon and the white space up to the value. The key is returned
    /// without its quotes.
    fn key(&mut self) -> Option<Span> {
        let Span { start, end } = self.string()?;
        self.space();
        if !self.take(b':') {
            return None;
        }
        self.space();
        Some(Span {
            start: start + 1,
            end: end - 1,
        })
    }

    /// Reads a string, quotes included.
    fn string(&mut self) -> Option<Span> {
        let start = self.at;
        if !self.take(b'"') {
            return None;
        }
        loop {
            self.plain();
            let byte = *self.text.get(self.at)?;
            self.at += 1;
            match byte {
                b'"' => return Some(Span::new(start, self.at)),
                b'\\' => self.escape()?,
                b' '.. => {} // Of the last seven bytes of the text.
                _ => return None,
            }
        }
    }

    /// Reads eight bytes at a time up to one that may end a string: a quote, a backslash or
    /// a control character.
    fn plain(&mut self) {
        const ONES: u64 = u64::from_ne_bytes([1; 8]);
        const HIGH: u64 = ONES << 7;
        // The lowest bit that is set is that of the first byte below `limit`.
        let below =
            |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word & HIGH;
        while let Some(&bytes) = self.text[self.at..].first_chunk() {
            let word = u64::from_le_bytes(bytes);
            let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
            let ends = below(word, b' ') | is(b'"') | is(b'\\');
            self.at += (ends.trailing_zeros() / 8) as usize;
            if ends != 0 {
                return;
            }
        }
    }

    /// Reads the rest of an escape sequence, after its backslash.
    #[cold]
    fn escape(&mut self) -> Option<()> {
        self.has_escapes = true;
        let kind = self.peek();
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                let digits = self.text.get(self.at..self.at + 4)?;
                self.at += 4;
                digits.iter().all(u8::is_ascii_hexdigit).then_some(())
            }
            _ => None,
        }
    }

    fn number(&mut self) -> Option<()> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Some(())
    }

    /// Reads one digit or more.
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        let is_next = self.text[self.at..].starts_with(word);
        self.at += word.len();
        is_next.then_some(())
    }
}

/// Whether `text` is one JSON value, with white space around it or not: whether
/// `JSON.parse` accepts it.
pub fn is_json(text: &[u8]) -> bool {
    let mut scanner = Scanner::new(text, 0);
    scanner.space();
    scanner.value().and_then(|_| scanner.end()).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::{Deserialize, IgnoredAny};

    use super::*;

    /// Whether serde_json accepts it, at any depth and with any number.
    fn is_accepted(text: &str) -> bool {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        IgnoredAny::deserialize(&mut deserializer).is_ok() && deserializer.end().is_ok()
    }

    #[track_caller]
    fn agrees(text: &str) {
        assert_eq!(is_json(text.as_bytes()), is_accepted(text), "{text:?}");
    }

    #[test]
    fn values_of_each_kind_are_accepted() {
        for text in [
            "{}",
            "[]",
            "\"\"",
            "0",
            "-0",
            "-0.0e-0",
            "1E+2",
            "12.50",
            "true",
            "false",
            "null",
            " [ 1 , { \"a\" : [ ] } ]\r\n\t",
            r#""\"\\\/\b\f\n\r\t\u00Ff\ud800""#,
            "\"é\u{2028}😀\"",
        ] {
            assert!(is_json(text.as_bytes()), "{text:?}");
            agrees(text);
        }
    }

    #[test]
    fn malformed_texts_are_refused() {
        for text in [
            "",
            " ",
            "{",
            "[",
            "\"",
            "}",
            "]",
            "{]",
            "[}",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{1:1}",
            "'a'",
            "01",
            "-",
            "-a",
            "1.",
            ".1",
            "1e",
            "1e+",
            "+1",
            "0x1",
            "NaN",
            "Infinity",
            "tru",
            "nul",
            "truee",
            "1 1",
            "[1]]",
            "\"\t\"",
            "\"\n\"",
            "\"\\\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u123g\"",
            "\u{feff}1",
            "\u{a0}1",
            "// 1\n1",
        ] {
            assert!(!is_json(text.as_bytes()), "{text:?}");
            agrees(text);
        }
    }

    #[test]
    fn a_value_of_any_depth_is_scanned_without_recursion() {
        let depth = 1_000_000;
        let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_json(text.as_bytes()));
        assert!(!is_json(&text.as_bytes()[..text.len() - 1]));
    }

    /// Texts that are nearly JSON: tokens in any order.
    fn tokens() -> impl Strategy<Value = String> {
        let token = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            " ",
            "\n",
            "\"a\"",
            "\"\\n\"",
            "\"\\ud83d\"",
            "\"é\"",
            "\"",
            "\\",
            "0",
            "1",
            "-",
            ".",
            "e",
            "true",
            "null",
            "tr",
        ]);
        prop::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
    }

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(vec![
            "null",
            "true",
            "-1.5e3",
            "\"\"",
            "\"a\\u0000b\"",
            "\"日本\"",
            "{}",
            " [ ] ",
        ])
        .prop_map(str::to_owned);
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4)
                    .prop_map(|values| format!("[{}]", values.join(" ,"))),
                prop::collection::vec(inner, 0..4).prop_map(|values| {
                    let members = values.iter().enumerate();
                    let members = members.map(|(at, value)| format!("\"{at}\" :{value}"));
                    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn tokens_in_any_order_are_judged_as_by_serde_json(text in tokens()) {
            agrees(&text);
        }

        #[test]
        fn json_is_accepted_and_cut_anywhere_judged_as_by_serde_json(
            text in json(),
            cut in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            prop_assert!(is_json(text.as_bytes()));
            let chars: Vec<char> = text.chars().collect();
            let at = cut.index(chars.len());
            agrees(&chars[..at].iter().collect::<String>());
            let mut replaced = chars;
            replaced[at] = char::from(byte);
            agrees(&replaced.iter().collect::<String>());
        }
    }
}
