//! `#[cached]` on every shape of function that people write: methods, traits, `async`, scopes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(
    clippy::boxed_local,
    clippy::needless_pass_by_value,
    clippy::needless_question_mark,
    clippy::unused_self,
    reason = "every shape is tried"
)]

use std::any::type_name;
use std::cell::{RefCell, RefMut};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use cache_runtime::{CacheManager, SetOptions, SharedCache, cached};
use serde::Serialize;

/// Runs a future that never waits for anything.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

/// Gives way once, as a body does that waits.
async fn wait() {
    let mut waited = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

#[derive(Debug, Clone, Serialize)]
struct Planner {
    id: u32,
    #[serde(skip)]
    runs: u32,
}

impl Planner {
    fn new(id: u32) -> Self {
        Self { id, runs: 0 }
    }

    #[cached(namespace = "Planner.by_ref", key(self, x))]
    fn by_ref(&self, x: u32, cache: &mut CacheManager) -> u32 {
        self.id * 10 + x
    }

    #[cached(namespace = "Planner.by_mut", key(self.id, x))]
    fn by_mut(&mut self, x: u32, cache: &mut CacheManager) -> u32 {
        self.runs += 1;
        self.id * 100 + x
    }

    #[cached(namespace = "Planner.by_value", key(self, x))]
    fn by_value(self, x: u32, cache: &mut CacheManager) -> u32 {
        self.id * 1000 + x
    }

    #[cached(namespace = "Planner.by_mut_value", key(&self.id, x))]
    fn by_mut_value(mut self, x: u32, cache: &mut CacheManager) -> Self {
        self.runs += x;
        self
    }

    #[cached(namespace = "Planner.by_arc", key(self.id, x))]
    fn by_arc(self: Arc<Self>, x: u32, cache: &mut CacheManager) -> Arc<Self> {
        assert!(x < 100);
        self
    }

    #[cached(namespace = "Planner.by_box", key(self.id, x))]
    fn by_box(self: Box<Self>, x: u32, cache: &mut CacheManager) -> u32 {
        self.id + x
    }

    #[cached(namespace = "Planner.skipping", skip(self))]
    fn skipping(&self, x: u32, cache: &mut CacheManager) -> u32 {
        self.id + x
    }

    #[cached(namespace = "Planner.named")]
    fn named(x: u32, cache: &mut CacheManager) -> Self {
        Self::new(x)
    }

    #[cached(namespace = "Planner.in_async", key(self, x), companion = true)]
    async fn in_async(&mut self, x: &str, cache: &mut CacheManager) -> Result<String, String> {
        wait().await;
        self.runs += 1;
        if x.is_empty() {
            return Err("empty".to_owned());
        }
        let x: Result<u32, _> = x.parse();
        Ok(format!("{}{}", self.id, x.map_err(|error| error.to_string())?))
    }
}

#[test]
fn methods_of_every_receiver_tell_their_selves_apart() {
    let mut cache = CacheManager::new();
    for _ in 0..2 {
        for id in [1, 2] {
            let planner = Planner::new(id);
            assert_eq!(planner.by_ref(3, &mut cache), id * 10 + 3);
            assert_eq!(planner.clone().by_mut(3, &mut cache), id * 100 + 3);
            assert_eq!(planner.clone().by_value(3, &mut cache), id * 1000 + 3);
            assert_eq!(planner.clone().by_mut_value(3, &mut cache).runs, 3);
            assert_eq!(Arc::new(planner.clone()).by_arc(3, &mut cache).id, id);
            assert_eq!(Box::new(planner).by_box(3, &mut cache), id + 3);
            assert_eq!(Planner::named(id, &mut cache).id, id);
        }
    }
    let stats = cache.stats();
    assert_eq!((stats.misses, stats.hits), (14, 14));
}

#[test]
fn a_skipped_self_is_not_part_of_the_key() {
    let mut cache = CacheManager::new();
    assert_eq!(Planner::new(1).skipping(1, &mut cache), 2);
    assert_eq!(Planner::new(100).skipping(1, &mut cache), 2);
}

#[test]
fn async_methods_wait_once() {
    let mut cache = CacheManager::new();
    let mut planner = Planner::new(7);
    let key = planner.in_async_key("1").unwrap();
    for _ in 0..2 {
        assert_eq!(block_on(planner.in_async("1", &mut cache)), Ok("71".to_owned()));
        assert!(block_on(planner.in_async("", &mut cache)).is_err());
        assert!(block_on(planner.in_async("x", &mut cache)).is_err());
    }
    assert_eq!(planner.runs, 5);
    assert_eq!(cache.get::<String>(&key), Some(&"71".to_owned()));
}

#[cached(namespace = "fetch", tag = "smiles", keep_if = |routes: &Vec<String>| !routes.is_empty())]
async fn fetch(smiles: &str, (a, mut b): (u32, u32), cache: &mut CacheManager) -> Vec<String> {
    wait().await;
    b += a;
    cache.set("seen", b, SetOptions::default());
    vec![smiles.to_owned(); b as usize]
}

#[test]
fn async_functions_are_cached() {
    let mut cache = CacheManager::new();
    for _ in 0..2 {
        assert_eq!(block_on(fetch("CCO", (1, 1), &mut cache)).len(), 2);
        assert!(block_on(fetch("CCO", (0, 0), &mut cache)).is_empty());
    }
    let stats = cache.stats();
    assert_eq!((stats.hits, stats.misses), (1, 3));
}

/// Its result is not `Send`, but its future is.
#[cached(namespace = "with_any_error")]
async fn with_any_error(x: u32, cache: &mut CacheManager) -> Result<u32, Box<dyn std::error::Error>> {
    wait().await;
    Ok(x)
}

/// Notes when it is dropped.
struct Dropped<'d>(&'static str, &'d RefCell<Vec<&'static str>>);

impl Dropped<'_> {
    fn value(&self) -> u32 {
        1
    }
}

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

#[test]
fn temporaries_live_as_long_as_in_a_plain_function() {
    static TABLE: Mutex<Vec<&str>> = Mutex::new(Vec::new());

    #[cached(namespace = "order", skip(drops))]
    fn order(x: u32, drops: &RefCell<Vec<&'static str>>, cache: &mut CacheManager) -> u32 {
        let _local = Dropped("local", drops);
        Dropped("temporary", drops).value() + x
    }
    #[cached(namespace = "order_later", skip(drops))]
    async fn order_later(x: u32, drops: &RefCell<Vec<&'static str>>, cache: &mut CacheManager) -> u32 {
        let _local = Dropped("local", drops);
        Dropped("temporary", drops).value() + x
    }
    #[cached(namespace = "borrowing", keep_if = |_| TABLE.try_lock().is_ok())]
    fn borrowing(x: usize, cache: &mut CacheManager) -> &'static str {
        &TABLE.lock().unwrap()[x][1..]
    }
    #[cached(namespace = "local")]
    fn local(x: usize, cache: &mut CacheManager) -> Option<&'static str> {
        let local = RefCell::new(vec!["abc"]);
        Some(&local.borrow()[x][1..])
    }

    let (mut cache, drops) = (CacheManager::new(), RefCell::default());
    order(1, &drops, &mut cache);
    block_on(order_later(1, &drops, &mut cache));
    assert_eq!(*drops.borrow(), ["temporary", "local", "temporary", "local"]);
    TABLE.lock().unwrap().push("xyz");
    assert_eq!([borrowing(0, &mut cache), borrowing(0, &mut cache)], ["yz", "yz"]);
    assert_eq!(local(0, &mut cache), Some("bc"));
    assert_eq!(cache.stats().hits, 1, "no lock is held any more when the value is looked at");
}

#[test]
fn attributes_within_a_body_hold() {
    #[cached]
    fn within(x: u32, cache: &mut CacheManager) -> u32 {
        #![allow(unused_variables, reason = "it is what is tested")]
        let unused = x;
        x
    }
    #[cached]
    fn within_fallible(x: u32, cache: &mut CacheManager) -> Option<u32> {
        #![allow(unused_variables, reason = "it is what is tested")]
        let unused = x;
        Some(x.checked_sub(1)?)
    }
    let mut cache = CacheManager::new();
    assert_eq!((within(1, &mut cache), within_fallible(1, &mut cache)), (1, Some(0)));
}

macro_rules! bail {
    ($value:expr) => {
        return $value
    };
}

/// Puts a body together of tokens, which keep the spacing they had where they stood.
macro_rules! assembled {
    ($name:ident, $call:ident, $mark:tt, $arguments:tt) => {
        #[cached(namespace = "assembled")]
        fn $name(x: u32, cache: &mut CacheManager) -> u32 {
            if x > 0 {
                $call $mark $arguments;
            }
            1
        }
    };
}

assembled!(assembled, bail, !, (7));

#[test]
fn a_macro_that_returns_is_cached() {
    let mut cache = CacheManager::new();
    assert_eq!([assembled(1, &mut cache), assembled(1, &mut cache)], [7, 7]);
    assert_eq!(cache.stats().hits, 1);
}

#[test]
fn futures_stay_send() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let mut cache = CacheManager::new();
    drop(is_send(fetch("CCO", (1, 1), &mut cache)));
    drop(is_send(Planner::new(1).in_async("1", &mut cache)));
    drop(is_send(with_any_error(1, &mut cache)));
    assert!(cache.is_empty());
}

#[test]
fn a_future_that_is_dropped_leaves_the_cache_usable() {
    let mut cache = CacheManager::new();
    {
        let mut future = pin!(fetch("CCO", (1, 1), &mut cache));
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert!(cache.is_empty());
    assert_eq!(block_on(fetch("CCO", (1, 1), &mut cache)).len(), 2);
}

trait Model {
    fn id(&self) -> u32;

    #[cached(namespace = "Model.provided", key(self.id(), x))]
    fn provided(&self, x: u32, cache: &mut CacheManager) -> u32 {
        self.id() * 10 + x
    }

    fn required(&self, x: u32, cache: &mut CacheManager) -> u32;
}

impl Model for u32 {
    fn id(&self) -> u32 {
        *self
    }

    #[cached(namespace = "u32.required", key(self, x), tags = ["x", self])]
    fn required(&self, x: u32, cache: &mut CacheManager) -> u32 {
        self * x
    }
}

#[test]
fn trait_methods_are_cached() {
    let mut cache = CacheManager::new();
    for _ in 0..2 {
        assert_eq!((3.provided(1, &mut cache), 4.provided(1, &mut cache)), (31, 41));
        assert_eq!((3.required(2, &mut cache), 4.required(2, &mut cache)), (6, 8));
    }
    assert_eq!(cache.stats().hits, 4);
    assert_eq!(cache.evict_tag("4"), 1);
}

struct Owner {
    cache: CacheManager,
    caches: [CacheManager; 1],
    factor: u32,
}

impl Owner {
    #[cached(namespace = "Owner.scale", cache = self.cache, key(self.factor, x))]
    fn scale(&mut self, x: u32) -> u32 {
        self.cache.set("seen", x, SetOptions::default());
        if x == 0 { 0 } else { self.scale(x - 1) + self.factor }
    }

    #[cached(namespace = "Owner.later", cache = self.caches[0], key(self.factor, words))]
    async fn later(&mut self, words: Vec<String>) -> String {
        wait().await;
        self.factor += 0;
        words.concat()
    }
}

#[test]
fn the_cache_may_be_a_place() {
    let mut owner = Owner { cache: CacheManager::new(), caches: [CacheManager::new()], factor: 3 };
    assert_eq!((owner.scale(4), owner.scale(4)), (12, 12));
    let stats = owner.cache.stats();
    assert_eq!((stats.hits, stats.misses, stats.num_entries), (1, 5, 6));
    let words = || vec!["a".to_owned(), "b".to_owned()];
    assert_eq!(block_on(owner.later(words())), "ab");
    assert_eq!(block_on(owner.later(words())), "ab");
    assert_eq!(owner.caches[0].stats().hits, 1);
}

#[test]
fn type_and_const_parameters_can_be_named_in_the_key() {
    #[cached(namespace = "name", key(type_name::<T>(), N, x))]
    fn name<T, const N: usize>(x: u32, cache: &mut CacheManager) -> String {
        format!("{}{N}{x}", type_name::<T>())
    }
    let mut cache = CacheManager::new();
    assert_eq!(name::<u8, 1>(1, &mut cache), "u811");
    assert_eq!(name::<u16, 1>(1, &mut cache), "u1611");
    assert_eq!(name::<u8, 2>(1, &mut cache), "u821");
    assert_eq!(name_key::<u8, 2>(1), name_key::<u8, 2>(1));
}

#[test]
fn static_results_and_must_use_functions_work() {
    #[must_use]
    #[inline]
    #[cached(namespace = "label")]
    pub(crate) fn label(x: u32, cache: &mut CacheManager) -> &'static str {
        'found: {
            if x == 0 {
                break 'found;
            }
            return "some";
        }
        "none"
    }
    let mut cache = CacheManager::new();
    assert_eq!((label(0, &mut cache), label(1, &mut cache), label(1, &mut cache)), ("none", "some", "some"));
}

#[test]
fn results_of_other_crates_are_results() {
    #[cached(namespace = "anyhow")]
    fn parse(text: &str, cache: &mut CacheManager) -> anyhow::Result<u32> {
        let number: u32 = text.parse()?;
        anyhow::ensure!(number > 0, "zero");
        Ok(number)
    }
    let mut cache = CacheManager::new();
    assert_eq!(parse("7", &mut cache).unwrap(), 7);
    assert!(parse("0", &mut cache).is_err() && parse("x", &mut cache).is_err());
    assert_eq!(cache.len(), 1);
}

mod shadowed {
    #![allow(dead_code, non_camel_case_types, reason = "they are only in the way")]

    use cache_runtime::{CacheManager, cached};

    struct Option;
    struct Result;
    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct Vec;
    struct String;
    struct Box;
    struct CacheKey;
    mod std {}
    mod core {}

    #[cached(ttl = "1h", tags = ["smiles", "a:{smiles}", fixed("all")])]
    pub(super) fn weigh(smiles: &str, cache: &mut CacheManager) -> ::std::result::Result<usize, ()> {
        ::std::result::Result::Ok(smiles.len())
    }
}

mod no_prelude {
    #![no_implicit_prelude]

    use ::cache_runtime::{CacheManager, cached, evicts};

    #[cached(ttl = 1.5, tag = "a:{smiles}", skip(_verbose), keep_if = |size| *size > 0, tags_with = |size| [*size])]
    pub(super) fn weigh(smiles: &str, _verbose: bool, cache: &mut CacheManager) -> usize {
        smiles.len()
    }

    #[evicts(tag = "a:{smiles}")]
    pub(super) fn forget(smiles: &str, cache: &mut CacheManager) {}
}

#[test]
fn names_in_the_users_scope_do_not_matter() {
    let mut cache = CacheManager::new();
    assert_eq!(shadowed::weigh("CCO", &mut cache), Ok(3));
    assert_eq!(no_prelude::weigh("CCO", true, &mut cache), 3);
    assert_eq!(no_prelude::weigh("CCO", false, &mut cache), 3);
    assert_eq!(cache.stats().hits, 1);
    no_prelude::forget("CCO", &mut cache);
    assert_eq!(cache.len(), 0, "both carry the tag");
}

macro_rules! make {
    ($name:ident($arg:ident: $ty:ty) -> $ret:ty $body:block) => {
        #[cached(tag = "made:{arg}")]
        fn $name(arg: $ty, $arg: $ty, memory: &mut CacheManager) -> $ret {
            let _ = memory.len();
            $body
        }
    };
}

make!(made(x: u32) -> u32 { x + 1 });

#[test]
fn functions_made_by_a_macro_work() {
    let mut cache = CacheManager::new();
    assert_eq!((made(1, 2, &mut cache), made(1, 2, &mut cache)), (3, 3));
    assert_eq!(cache.evict_tag("made:1"), 1);
}

#[test]
fn parameters_that_are_switched_off_are_not_part_of_the_key() {
    #[cached(namespace = "switched")]
    fn switched(
        #[cfg(not(test))] absent: NoSuchType,
        #[cfg(test)] x: u32,
        #[cfg(not(test))] mut gone: u32,
        #[cfg(test)] mut y: u32,
        cache: &mut CacheManager,
    ) -> u32 {
        y += x;
        y
    }
    let mut cache = CacheManager::new();
    assert_eq!(switched(1, 2, &mut cache), 3);
    assert!(cache.contains(switched_key(1, 2).unwrap()));
}

/// One of two twins that exclude each other.
#[cached(namespace = "twin")]
#[cfg(any())]
fn twin(x: u32, cache: &mut CacheManager) -> u32 {
    does_not_exist(x)
}

#[cfg(not(any()))]
#[cached(namespace = "twin")]
#[cfg(not(any()))]
fn twin(x: u32, cache: &mut CacheManager) -> u32 {
    x + 1
}

#[test]
fn a_function_that_is_switched_off_takes_its_companion_along() {
    let mut cache = CacheManager::new();
    assert_eq!([twin(1, &mut cache), twin(1, &mut cache)], [2, 2]);
    assert_eq!(cache.stats().hits, 1);
    assert!(cache.contains(twin_key(1).unwrap()));
}

#[test]
fn instances_of_one_function_never_share_a_result() {
    trait Unit {
        const NAME: &'static str;

        #[cached(namespace = "Unit.named")]
        fn named(x: u32, cache: &mut CacheManager) -> String {
            format!("{x} {}", Self::NAME)
        }

        #[cached(namespace = "Unit.provided", key(x), skip(self))]
        fn provided(&self, x: u32, cache: &mut CacheManager) -> String {
            format!("{x} {}", Self::NAME)
        }
    }
    impl Unit for u8 {
        const NAME: &'static str = "metres";
    }
    impl Unit for u16 {
        const NAME: &'static str = "feet";
    }
    #[cached(namespace = "generic")]
    fn generic<T: Unit + Serialize>(x: &[T], cache: &mut CacheManager) -> &'static str {
        assert!(x.is_empty());
        T::NAME
    }
    #[cached(namespace = "implied")]
    fn implied(x: impl Unit + Serialize, cache: &mut CacheManager) -> String {
        fn name<T: Unit>(_: &T) -> String {
            T::NAME.to_owned()
        }
        name(&x)
    }
    #[cached(namespace = "constant")]
    fn constant<const N: usize>(x: [[u8; 0]; 1], y: Sized<N>, cache: &mut CacheManager) -> usize {
        x.len() + y.0.len() + N
    }
    #[derive(Serialize)]
    struct Sized<const N: usize>(Vec<u8>);

    let mut cache = CacheManager::new();
    for _ in 0..2 {
        assert_eq!((u8::named(1, &mut cache), u16::named(1, &mut cache)), ("1 metres".into(), "1 feet".into()));
        assert_eq!((1u8.provided(1, &mut cache), 1u16.provided(1, &mut cache)), ("1 metres".into(), "1 feet".into()));
        assert_eq!((generic::<u8>(&[], &mut cache), generic::<u16>(&[], &mut cache)), ("metres", "feet"));
        assert_eq!((implied(1u8, &mut cache), implied(1u16, &mut cache)), ("metres".to_owned(), "feet".to_owned()));
        let one = constant(Default::default(), Sized::<1>(vec![]), &mut cache);
        assert_eq!((one, constant(Default::default(), Sized::<2>(vec![]), &mut cache)), (2, 3));
    }
    assert_eq!(cache.stats().type_mismatches, 15);
    let before = cache.stats().hits;
    assert_eq!(implied(1u16, &mut cache), "feet");
    assert_eq!(cache.stats().hits, before + 1);
}

#[test]
fn self_of_an_item_in_the_body_is_not_the_functions() {
    #[cached(namespace = "inner")]
    fn inner(x: u32, cache: &mut CacheManager) -> u32 {
        struct Inner(u32);
        impl Inner {
            fn new(x: u32) -> Self {
                Self(x)
            }
        }
        Inner::new(x).0
    }
    assert_eq!(inner(1, &mut CacheManager::new()), 1);
}

#[test]
fn patterns_of_every_kind_work() {
    #[cached(namespace = "patterns")]
    fn patterns(whole @ (a, b): (u32, u32), ref c: u32, _d: u32, _: u32, _cache: &mut CacheManager) -> u32 {
        whole.0 + a + b + c + 4
    }
    #[cached(namespace = "wild")]
    fn wild(x: u32, #[cache] _: &mut CacheManager) -> u32 {
        x
    }
    #[allow(unused_parens, reason = "a shape to be tested")]
    #[cached(namespace = "parens", tag = "_x")]
    fn parens(_x: u32, (cache): &mut CacheManager) -> usize {
        cache.len()
    }
    #[cached(namespace = "underscore", key(_x + 1))]
    #[allow(clippy::used_underscore_binding, reason = "a shape to be tested")]
    fn underscore(_x: u32, cache: &mut CacheManager) -> usize {
        cache.len()
    }
    let mut cache = CacheManager::new();
    for _ in 0..2 {
        assert_eq!(patterns((1, 2), 3, 4, 5, &mut cache), 11);
        assert_eq!(wild(1, &mut cache), 1);
        assert_eq!(parens(7, &mut cache), 2);
        assert_eq!(underscore(7, &mut cache), 3);
    }
    assert_eq!(cache.stats().hits, 4);
    assert_eq!(cache.evict_tag("7"), 1);
}

#[test]
fn a_body_may_use_its_cache_in_a_format_string() {
    #[cached(namespace = "format")]
    fn format(x: u32, cache: &mut CacheManager) -> String {
        format!("{x} {cache:?}")
    }
    assert!(format(1, &mut CacheManager::new()).starts_with("1 CacheManager"));
}

#[test]
fn a_guard_around_a_cache_works() {
    #[cached(namespace = "guard")]
    fn guard(x: u32, mut cache: RefMut<'_, CacheManager>) -> u32 {
        cache.set("seen", x, SetOptions::default());
        x
    }
    let cache = RefCell::new(CacheManager::new());
    assert_eq!((guard(1, cache.borrow_mut()), guard(1, cache.borrow_mut())), (1, 1));
    assert_eq!(cache.borrow_mut().stats().hits, 1);
}

mod in_the_way {
    #![allow(non_upper_case_globals, non_camel_case_types, dead_code, reason = "they are only in the way")]

    use cache_runtime::{CacheManager, cached};

    const result: u32 = 1;
    const begun: u32 = 1;
    static memory: u32 = 2;
    struct claim;
    struct kind;

    pub(super) trait Kind {
        fn kind(&self) -> u32 {
            0
        }
    }

    impl<T> Kind for T {}

    #[cached(namespace = "in_the_way")]
    pub(super) fn sum(x: u32, cache: &mut CacheManager) -> Result<u32, String> {
        Ok(result + memory + x.kind() + x)
    }
}

#[test]
fn constants_and_traits_of_the_users_do_not_matter() {
    let mut cache = CacheManager::new();
    assert_eq!((in_the_way::sum(1, &mut cache), in_the_way::sum(1, &mut cache)), (Ok(4), Ok(4)));
    assert_eq!(cache.stats().hits, 1);
}

macro_rules! with_options {
    ($name:ident, $ttl:literal, $tags:expr, $body:block) => {
        #[cached(namespace = "with_options", ttl = $ttl, tags = $tags)]
        fn $name(smiles: &str, cache: &mut CacheManager) -> usize $body
    };
}

with_options!(with_options, "1h", ["smiles", fixed("all")], { 7 });

#[test]
fn options_and_bodies_may_come_from_a_macro() {
    let mut cache = CacheManager::new();
    assert_eq!(with_options("CCO", &mut cache), 7);
    assert_eq!((cache.evict_tag("CCO"), cache.len()), (1, 0));
}

#[test]
fn types_that_a_macro_passes_on_are_what_they_are() {
    macro_rules! annotated {
        ($name:ident, $namespace:literal, $value:ty, $cache:ty) => {
            #[cached(namespace = $namespace, tag = "x")]
            fn $name(x: $value, cache: $cache) -> $value {
                x + 1
            }
        };
    }
    annotated!(owned, "macro.owned", u8, &mut CacheManager);
    annotated!(shared, "macro.shared", u16, &SharedCache);
    annotated!(handle, "macro.handle", u32, SharedCache);
    annotated!(pointer, "macro.pointer", u64, Arc<SharedCache>);
    let (mut cache, handles) = (CacheManager::new(), SharedCache::new());
    for _ in 0..2 {
        assert_eq!((owned(1, &mut cache), shared(1, &handles), handle(1, handles.clone())), (2, 2, 2));
        assert_eq!(pointer(1, Arc::new(handles.clone())), 2);
    }
    assert_eq!((cache.stats().hits, handles.stats().hits), (1, 3));
}
