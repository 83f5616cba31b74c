//! Tokens only: what a checked function becomes.

mod companion;
mod evicts;
mod frame;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use self::frame::{borrowed, tags, with_cfgs};
use crate::check::{Cached, KeyPart, Ttl, Version};
use crate::model::Param;
use crate::names;

/// What a key is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    LookUp,
    Print,
}

impl Cached<'_, '_> {
    /// Input:
    ///
    /// ```text
    /// #[cached(namespace = "run_az", tag = "smiles")]
    /// fn run_az(smiles: &str, cache: &mut CacheManager) -> Routes { body }
    /// ```
    ///
    /// Output, less the paths, and less the companion `run_az_key`:
    ///
    /// ```text
    /// fn run_az(smiles: &str, cache: &mut CacheManager) -> Routes {
    ///     let kind = Probe::<Routes>::new().kind();
    ///     let begun = begin(kind, &mut *cache, &named("run_az", 1, &[&smiles]));
    ///     match begun {
    ///         Begin::Hit(result) => result,
    ///         Begin::Miss(claim) => {
    ///             let options = options().tag(smiles);
    ///             let result = { let memory = &mut *cache; run((memory,), move |(cache,)| -> Routes { body }) };
    ///             finish(kind, &mut *cache, claim, &result, options);
    ///             result
    ///         }
    ///     }
    /// }
    /// ```
    pub(crate) fn expand(&self) -> TokenStream {
        let function = self.frame.around(&self.body());
        let companion = self.companion.then(|| self.expand_companion());
        quote!(#function #companion)
    }

    fn body(&self) -> TokenStream {
        let (kind, begun, claim) = (names::kind(), names::begun(), names::claim());
        let (options, result) = (names::options(), names::result());
        let (root, probe) = (self.frame.root(), self.frame.kind());
        let (call, stored, run, finish) = (self.call(), self.options(), self.frame.run(), self.finish());
        let first_phase = {
            let at = self.frame.at_output();
            let (root, cache) = (self.frame.root_at(at), self.frame.cache_at(at));
            quote_spanned!(at=> #root::__private::begin(#kind, #cache, &#call))
        };
        // `begun` is bound first, so that nothing that only the call borrows lives as long as the body.
        quote! {
            let #kind = #probe;
            let #begun = #first_phase;
            match #begun {
                #root::Begin::Hit(#result) => #result,
                #root::Begin::Miss(#claim) => {
                    let #options = #stored;
                    let #result = #run;
                    #finish;
                    #result
                }
            }
        }
    }

    /// The call as the first phase gets it.
    fn call(&self) -> TokenStream {
        let key = self.key(Purpose::LookUp);
        let refresh = self.refresh.map(|refresh| quote_spanned!(refresh.span()=> .refresh(#refresh)));
        let enabled = self.enabled.map(|enabled| quote_spanned!(enabled.span()=> .enabled(#enabled)));
        let instance = self.instance();
        quote!(#key #instance #refresh #enabled)
    }

    /// The types that tell two instances of one function apart, for a function that may have several.
    fn instance(&self) -> Option<TokenStream> {
        let function = self.frame.function;
        let counts = |param: &&Param<'_>| !self.plan.skipped.contains(&param.place) && function.hides_type(param);
        let self_type = function.has_self().then(|| quote!(::core::any::type_name::<Self>()));
        let parameters = function.type_parameters().map(|name| quote!(::core::any::type_name::<#name>()));
        let values = function.arguments().filter(counts).map(|param| {
            let binding = &param.binding;
            with_cfgs(param, &quote!(::core::any::type_name_of_val(&#binding)))
        });
        let types: Vec<TokenStream> = self_type.into_iter().chain(parameters).chain(values).collect();
        (!types.is_empty()).then(|| quote!(.instance(&[#(#types),*])))
    }

    /// The call as far as it makes the key.
    fn key(&self, purpose: Purpose) -> TokenStream {
        let root = self.frame.root();
        let version = match self.version {
            Version::Default => quote!(1),
            Version::Expr(version) => quote!(const { #version }),
            Version::Auto(version) => quote!(#version),
        };
        let args = self.plan.args.iter().map(|part| match part {
            KeyPart::Param(param) => with_cfgs(param, &borrowed(param)),
            KeyPart::Expr(expr) => quote_spanned!(expr.span()=> &(#expr)),
        });
        let kwargs = self.plan.kwargs.iter().map(|(name, param)| {
            let value = borrowed(param);
            with_cfgs(param, &quote!((#name, #value)))
        });
        let kwargs = (!self.plan.kwargs.is_empty()).then(|| quote!(.kwargs(&[#(#kwargs),*])));
        if let Some(namespace) = self.namespace {
            return quote!(#root::__private::named(#namespace, #version, &[#(#args),*]) #kwargs);
        }
        let name = self.frame.function.syntax.sig.ident.unraw().to_string();
        if purpose == Purpose::Print {
            return quote!(#root::__private::unnamed_key(::core::module_path!(), #name, #version, &[#(#args),*]) #kwargs);
        }
        let function = names::function();
        let site = quote!({
            enum #function {}
            ::core::any::TypeId::of::<#function>()
        });
        quote! {
            #root::__private::unnamed(::core::module_path!(), #name, #site, #version, &[#(#args),*]) #kwargs
        }
    }

    /// How the result is stored, as far as that is known before the body runs.
    fn options(&self) -> TokenStream {
        let root = self.frame.root();
        let tags = tags(&self.tags);
        match &self.ttl {
            None => quote!(#root::__private::options() #tags),
            Some(Ttl::Constant(ttl)) => {
                let (seconds, nanoseconds) = (ttl.as_secs(), ttl.subsec_nanos());
                quote!(#root::__private::options_for(#seconds, #nanoseconds) #tags)
            }
            Some(Ttl::Expr(ttl)) => {
                let at = self.frame.root_at(ttl.span());
                let ttl = quote_spanned!(ttl.span()=> .ttl(#at::__private::ttl(#ttl)));
                quote!(#root::__private::options() #ttl #tags)
            }
        }
    }

    /// Stores the result, unless the value itself decides otherwise.
    fn finish(&self) -> TokenStream {
        let (kind, claim, options, result, value) =
            (names::kind(), names::claim(), names::options(), names::result(), names::value());
        let at = self.frame.at_output();
        let (root, cache) = (self.frame.root_at(at), self.frame.cache_at(at));
        let by_value = [("keep_if", self.keep_if), ("ttl", self.ttl_with), ("tags", self.tags_with)];
        let by_value: Vec<TokenStream> = by_value
            .into_iter()
            .filter_map(|(method, make)| Some((method, make?)))
            .map(|(method, make)| {
                let (method, root) = (names::method(method, make.span()), self.frame.root_at(make.span()));
                quote_spanned!(make.span()=> .#method(#root::__private::with(#value, #make)))
            })
            .collect();
        if by_value.is_empty() {
            quote_spanned!(at=> #root::__private::finish(#kind, #cache, #claim, &#result, #options))
        } else {
            let policy = quote!(|#value| #root::__private::Policy::new(#options) #(#by_value)*);
            quote_spanned!(at=> #root::__private::finish_with(#kind, #cache, #claim, &#result, #policy))
        }
    }
}
