//! A function and its twin: annotated and not, they give the same values, errors and panics on the same calls, again and
//! again.

#![allow(clippy::unnecessary_wraps, clippy::unused_async, clippy::boxed_local, reason = "the shape is what counts")]

use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::num::ParseIntError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use cache_runtime::{CacheManager, cached, evicts};
use proptest::collection::vec;
use proptest::prelude::*;
use serde::Serialize;

type Parsed<T> = Result<T, ParseIntError>;

/// Gives way once, as a body does that waits.
async fn wait() {
    let mut waited = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Runs a future that wakes itself.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

/// All functions, with their attributes if the condition holds.
macro_rules! twins {
    ($on:ident) => {
        #[cfg_attr($on(), cached)]
        pub(super) fn early(x: u8, cache: &mut CacheManager) -> u8 {
            if x > 100 {
                return x / 2;
            }
            x * 2
        }

        #[cfg_attr($on(), cached)]
        pub(super) fn failing(text: &str, cache: &mut CacheManager) -> Parsed<u8> {
            let number: u8 = text.trim().parse()?;
            Ok(number)
        }

        #[cfg_attr($on(), cached(keep_if = Option::is_some))]
        pub(super) fn optional(x: u8, cache: &mut CacheManager) -> Option<u8> {
            x.checked_mul(2)
        }

        #[cfg_attr($on(), cached(tag = "x"))]
        pub(super) fn panicking(x: u8, cache: &mut CacheManager) -> u8 {
            assert!(!x.is_multiple_of(7), "{x} is a multiple of seven");
            x
        }

        #[cfg_attr($on(), cached)]
        pub(super) fn labelled(list: &[u8], cache: &mut CacheManager) -> usize {
            'found: {
                for (place, item) in list.iter().enumerate() {
                    if *item > 200 {
                        break 'found place;
                    }
                }
                list.len()
            }
        }

        #[cfg_attr($on(), cached(kwargs(b)))]
        pub(super) fn patterns(
            (a, mut c): (u8, u8),
            mut list: Vec<u8>,
            b: Option<&str>,
            cache: &mut CacheManager,
        ) -> Arc<Vec<u8>> {
            c = c.wrapping_add(a);
            list.push(c);
            list.extend(b.map(str::len).and_then(|len| u8::try_from(len).ok()));
            Arc::new(list)
        }

        #[cfg_attr($on(), cached(ttl = "1h", version = auto))]
        pub(super) fn nothing(x: u8, cache: &mut CacheManager) {
            assert!(x < 250);
        }

        #[cfg_attr($on(), cached)]
        pub(super) fn r#match(r#type: &(&str, Option<&[u8]>), cache: &mut CacheManager) -> BTreeMap<String, usize> {
            let mut map = BTreeMap::new();
            map.insert(r#type.0.to_owned(), r#type.1.map_or(0, <[u8]>::len));
            map
        }

        #[cfg_attr($on(), cached(key(std::any::type_name::<T>(), x.to_string(), text.as_ref(), N)))]
        pub(super) fn generic<'a, T, const N: usize>(
            x: &'a T,
            text: impl AsRef<str> + 'a,
            cache: &mut CacheManager,
        ) -> [String; N]
        where
            T: Display + ?Sized,
        {
            std::array::from_fn(|place| format!("{x}{}{place}", text.as_ref()))
        }

        #[cfg_attr($on(), cached)]
        pub(super) fn recursive(x: u8, cache: &mut CacheManager) -> u64 {
            if x < 2 { u64::from(x) } else { recursive(x - 1, cache).wrapping_add(recursive(x - 2, cache)) }
        }

        #[cfg_attr($on(), cached)]
        pub(super) fn is_even(x: u8, cache: &mut CacheManager) -> bool {
            x == 0 || is_odd(x - 1, cache)
        }

        #[cfg_attr($on(), cached(namespace = "is_odd"))]
        pub(super) fn is_odd(x: u8, cache: &mut CacheManager) -> bool {
            x != 0 && is_even(x - 1, cache)
        }

        #[cfg_attr($on(), cached)]
        pub(super) fn moving(x: u8, cache: &mut CacheManager) -> Parsed<u8> {
            let lent = cache;
            let mut parse = |text: &str| failing(text, lent);
            parse(&x.to_string())?;
            parse(if x > 50 { "no number" } else { "1" })
        }

        #[cfg_attr($on(), cached)]
        pub(super) fn scoped(x: u8, cache: &mut CacheManager) -> u8 {
            #[cfg_attr($on(), cached)]
            fn scoped(x: u8, cache: &mut CacheManager) -> u8 {
                x / 3
            }
            x - scoped(x, cache)
        }

        #[cfg_attr($on(), cached(tags_with = |list: &Vec<String>| list.clone(), keep_if = |list| list.len() > 1))]
        pub(super) fn words(text: &str, cache: &mut CacheManager) -> Result<Vec<String>, String> {
            match text.split_whitespace().map(str::to_owned).collect::<Vec<_>>() {
                words if words.is_empty() => Err(text.to_owned()),
                words => Ok(words),
            }
        }

        #[cfg_attr($on(), evicts(tag = "x"))]
        pub(super) fn evicting(x: u8, cache: &mut CacheManager) -> Parsed<u8> {
            failing(&(u16::from(x) * 2).to_string(), cache)
        }

        #[cfg_attr($on(), evicts(namespace = "later", when = before))]
        pub(super) async fn evicting_later(x: u8, cache: &mut CacheManager) -> u8 {
            wait().await;
            if x > 9 {
                return 9;
            }
            x
        }

        #[cfg_attr($on(), cached(namespace = "later"))]
        pub(super) async fn later(text: &str, mut x: u8, cache: &mut CacheManager) -> Parsed<u8> {
            wait().await;
            x /= 2;
            assert!(x < 120, "{x} is too much");
            let parsed = failing(text, cache)?;
            Ok(parsed.min(x))
        }

        #[cfg_attr($on(), cached)]
        pub(super) async fn plainly_later(x: u8, cache: &mut CacheManager) -> String {
            wait().await;
            format!("{x}")
        }

        #[derive(Debug, Clone, Serialize)]
        pub(super) struct Planner {
            pub(super) id: u8,
        }

        impl Planner {
            #[cfg_attr($on(), cached(namespace = "by_ref", key(self, x)))]
            pub(super) fn by_ref(&self, x: u8, cache: &mut CacheManager) -> u16 {
                u16::from(self.id) * u16::from(x)
            }

            #[cfg_attr($on(), cached(namespace = "by_mut", key(self.id, x)))]
            pub(super) fn by_mut(&mut self, x: u8, cache: &mut CacheManager) -> Option<u8> {
                self.id.checked_sub(x)?.checked_sub(1)
            }

            #[cfg_attr($on(), cached(namespace = "by_value", key(self, x)))]
            pub(super) fn by_value(self, x: u8, cache: &mut CacheManager) -> u8 {
                let Self { id } = self;
                id / x
            }

            #[cfg_attr($on(), cached(namespace = "by_mut_value", key(&self, x)))]
            pub(super) fn by_mut_value(mut self, x: u8, cache: &mut CacheManager) -> u8 {
                self.id /= 2;
                self.id ^ x
            }

            #[cfg_attr($on(), cached(namespace = "by_arc", key(self.id, x)))]
            pub(super) fn by_arc(self: Arc<Self>, x: u8, cache: &mut CacheManager) -> u8 {
                self.id | x
            }

            #[cfg_attr($on(), cached(namespace = "by_box", key(self.id, x)))]
            pub(super) fn by_box(self: Box<Self>, x: u8, cache: &mut CacheManager) -> u8 {
                self.id & x
            }

            #[cfg_attr($on(), cached)]
            pub(super) fn associated(x: u8, cache: &mut CacheManager) -> (u8, String) {
                (x, std::any::type_name::<Self>().rsplit(':').next().unwrap_or_default().to_owned())
            }

            #[cfg_attr($on(), cached(namespace = "later_by_ref", key(self.id, x)))]
            pub(super) async fn later_by_ref(&self, x: u8, cache: &mut CacheManager) -> u8 {
                wait().await;
                self.id.saturating_add(x)
            }

            #[cfg_attr($on(), cached(namespace = "later_by_mut", key(self, x)))]
            pub(super) async fn later_by_mut(&mut self, x: u8, cache: &mut CacheManager) -> Parsed<u8> {
                wait().await;
                self.id.to_string().repeat(usize::from(x % 3)).parse()
            }

            #[cfg_attr($on(), cached(namespace = "later_by_value", key(self, x)))]
            pub(super) async fn later_by_value(self, x: u8, cache: &mut CacheManager) -> u8 {
                wait().await;
                assert_ne!(self.id, x);
                x
            }

            #[cfg_attr($on(), cached(namespace = "later_by_arc", key(self.id, x)))]
            pub(super) async fn later_by_arc(self: Arc<Self>, x: u8, cache: &mut CacheManager) -> u8 {
                wait().await;
                self.id.wrapping_add(x)
            }

            #[cfg_attr($on(), cached)]
            pub(super) async fn later_associated(x: u8, cache: &mut CacheManager) -> u8 {
                wait().await;
                x.rotate_left(3)
            }
        }

        pub(super) trait Unit {
            fn id(&self) -> u8;

            #[cfg_attr($on(), cached(namespace = "provided", key(self.id(), x)))]
            fn provided(&self, x: u8, cache: &mut CacheManager) -> String {
                format!("{} {x}", self.id())
            }

            fn required(&self, x: u8, cache: &mut CacheManager) -> Result<u8, String>;

            #[cfg_attr($on(), cached(namespace = "later_provided", key(self.id(), x)))]
            #[allow(async_fn_in_trait, reason = "the shape is what counts")]
            async fn later_provided(&self, x: u8, cache: &mut CacheManager) -> u8 {
                wait().await;
                self.id() / x
            }

            fn made(x: u8, cache: &mut CacheManager) -> u8;
        }

        impl Unit for Planner {
            fn id(&self) -> u8 {
                self.id
            }

            #[cfg_attr($on(), cached(namespace = "required", key(self, x)))]
            fn required(&self, x: u8, cache: &mut CacheManager) -> Result<u8, String> {
                self.id.checked_add(x).ok_or_else(|| format!("{} and {x} are too much", self.id))
            }

            #[cfg_attr($on(), cached(companion = false))]
            fn made(x: u8, cache: &mut CacheManager) -> u8 {
                !x
            }
        }

        impl Unit for Vec<u8> {
            fn id(&self) -> u8 {
                self.first().copied().unwrap_or_default()
            }

            #[cfg_attr($on(), cached(namespace = "required", key(self, x)))]
            fn required(&self, x: u8, cache: &mut CacheManager) -> Result<u8, String> {
                self.iter().max().copied().ok_or_else(|| x.to_string())
            }

            #[cfg_attr($on(), cached(namespace = "made by a list", companion = false))]
            fn made(x: u8, cache: &mut CacheManager) -> u8 {
                x / 2
            }
        }
    };
}

#[allow(unused_variables, reason = "without its attribute, a function does not use its cache")]
mod plain {
    use super::*;
    twins!(any);
}

mod annotated {
    use super::*;
    twins!(all);
}

/// What came of a call: its value, or its panic's message.
fn outcome<R>(call: impl FnOnce() -> R) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string);
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
    })
}

/// Both twins come out the same, the annotated one twice.
macro_rules! same {
    ($cache:ident: $($call:expr;)*) => {$(
        let expected = {
            use plain::*;
            let $cache = &mut CacheManager::disabled();
            outcome(|| $call)
        };
        for _ in 0..2 {
            use annotated::*;
            let $cache = &mut $cache;
            prop_assert_eq!(outcome(|| $call), expected.clone());
        }
    )*};
}

/// Panics are part of what is compared; their messages would hide what matters.
fn quietly<R>(test: impl FnOnce() -> R) -> R {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = test();
    std::panic::set_hook(hook);
    result
}

fn functions_agree(calls: Vec<(u8, Vec<u8>, String)>) -> Result<(), TestCaseError> {
    let mut cache = CacheManager::new();
    for (x, list, text) in calls {
        same! { cache:
            early(x, cache);
            failing(&text, cache);
            optional(x, cache);
            panicking(x, cache);
            labelled(&list, cache);
            patterns((x, 1), list.clone(), (x > 9).then_some(&*text), cache);
            nothing(x, cache);
            r#match(&(&text, (x > 99).then_some(&*list)), cache);
            generic::<_, 2>(&x, &text, cache);
            generic::<str, 3>(&text, text.clone(), cache);
            generic::<_, 0>(&x, text.clone(), cache);
            recursive(x % 20, cache);
            is_even(x % 30, cache);
            is_odd(x % 30, cache);
            moving(x, cache);
            scoped(x, cache);
            words(&text, cache);
            evicting(x, cache);
            block_on(evicting_later(x, cache));
            block_on(later(&text, x, cache));
            block_on(plainly_later(x, cache));
        }
    }
    Ok(())
}

fn methods_agree(calls: Vec<(u8, u8, Vec<u8>)>) -> Result<(), TestCaseError> {
    let mut cache = CacheManager::new();
    for (id, x, list) in calls {
        same! { cache:
            Planner { id }.by_ref(x, cache);
            Planner { id }.by_mut(x, cache);
            Planner { id }.by_value(x, cache);
            Planner { id }.by_mut_value(x, cache);
            Arc::new(Planner { id }).by_arc(x, cache);
            Box::new(Planner { id }).by_box(x, cache);
            Planner::associated(x, cache);
            block_on(Planner { id }.later_by_ref(x, cache));
            block_on(Planner { id }.later_by_mut(x, cache));
            block_on(Planner { id }.later_by_value(x, cache));
            block_on(Arc::new(Planner { id }).later_by_arc(x, cache));
            block_on(Planner::later_associated(x, cache));
            Planner { id }.provided(x, cache);
            Planner { id }.required(x, cache);
            block_on(Planner { id }.later_provided(x, cache));
            Planner::made(x, cache);
            list.provided(x, cache);
            list.required(x, cache);
            block_on(list.later_provided(x, cache));
            Vec::<u8>::made(x, cache);
        }
    }
    Ok(())
}

#[test]
fn annotated_and_plain_agree() {
    let calls = vec((any::<u8>(), vec(any::<u8>(), 0..3), "[ 0-9x]{0,3}"), 1..40);
    let methods = vec((0..4u8, 0..5u8, vec(0..3u8, 0..3)), 1..40);
    quietly(|| {
        proptest!(|(calls in calls)| functions_agree(calls)?);
        proptest!(|(calls in methods)| methods_agree(calls)?);
    });
}
