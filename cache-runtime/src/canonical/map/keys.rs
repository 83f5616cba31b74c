//! Maps whose keys are not all plain strings, each given once: what order they have, if CPython could sort them.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{COLON, COMMA, Entry, MapEncoder};
use crate::canonical::number::Number;

/// What the keys of one map have in common.
enum Keys {
    /// CPython can print and sort them; here is the order.
    Json(Vec<usize>),
    /// It cannot.
    Foreign,
}

impl MapEncoder<'_> {
    /// The whole map, written anew.
    pub(super) fn rewritten(&self) -> Vec<u8> {
        match self.classify() {
            Keys::Json(order) => self.json(&order),
            Keys::Foreign => self.fallback(),
        }
    }

    /// Decides whether CPython could print and sort these keys, and in which order.
    fn classify(&self) -> Keys {
        if self.keys().all(is_text) {
            let texts: Vec<Cow<'_, [u8]>> = self.keys().map(|key| self.out.form.text(key)).collect();
            return sorted(&texts, Ord::cmp);
        }
        if let [Entry { key, .. }] = self.entries()
            && matches!(self.written(key), b"null" | b"NaN")
        {
            return Keys::Json(vec![0]);
        }
        match self.keys().map(Number::read).collect::<Option<Vec<Number>>>() {
            Some(numbers) => sorted(&numbers, Number::compare),
            None => Keys::Foreign,
        }
    }

    fn json(&self, order: &[usize]) -> Vec<u8> {
        let entries = order.iter().filter_map(|at| self.entries().get(*at));
        let quotes = self.out.form.quotes();
        self.rewrite(entries, [b"{", b"}"], |key, value| {
            let [open, close]: [&[u8]; 2] = if is_text(key) { [b""; 2] } else { quotes };
            [open, key, close, COLON, value]
        })
    }

    /// `@[[key, value], …]`, sorted by the bytes of the keys in a payload. No JSON has an `@` outside a string.
    fn fallback(&self) -> Vec<u8> {
        let mut entries: Vec<&Entry> = self.entries().iter().collect();
        entries.sort_by_cached_key(|entry| self.out.form.payload(self.written(&entry.key)));
        self.rewrite(entries, [b"@[", b"]"], |key, value| [b"[", key, COMMA, value, b"]"])
    }

    fn rewrite<'e>(
        &self,
        entries: impl IntoIterator<Item = &'e Entry>,
        [open, close]: [&[u8]; 2],
        parts: impl for<'p> Fn(&'p [u8], &'p [u8]) -> [&'p [u8]; 5],
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.out.bytes.len() - self.start().bytes + 4 * self.entries().len());
        out.extend_from_slice(open);
        for (place, entry) in entries.into_iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(COMMA);
            }
            for part in parts(self.written(&entry.key), self.written(&entry.value)) {
                out.extend_from_slice(part);
            }
        }
        out.extend_from_slice(close);
        out
    }
}

#[inline]
pub(super) fn is_text(key: &[u8]) -> bool {
    key.first() == Some(&b'"')
}

/// The order of keys none of which equals another.
fn sorted<K>(keys: &[K], compare: impl Fn(&K, &K) -> Ordering) -> Keys {
    let mut order: Vec<(usize, &K)> = keys.iter().enumerate().collect();
    order.sort_by(|(_, one), (_, two)| compare(one, two));
    let distinct = order.windows(2).all(|pair| match pair {
        [(_, one), (_, two)] => compare(one, two) == Ordering::Less,
        _ => true,
    });
    if distinct { Keys::Json(order.into_iter().map(|(at, _)| at).collect()) } else { Keys::Foreign }
}
