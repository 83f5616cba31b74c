//! Tokens only: what a checked function becomes.

mod companion;
mod evicts;
mod frame;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};
use syn::Token;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use self::frame::{Borrowed, cfgs, tags};
use crate::check::{Cached, KeyPart, Ttl, Version};
use crate::model::Param;
use crate::names;

/// What a key is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    LookUp,
    Print,
}

impl ToTokens for KeyPart<'_, '_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Param(param) => {
                tokens.append_all(cfgs(param));
                Borrowed(param).to_tokens(tokens);
            }
            Self::Expr(expr) => tokens.extend(quote_spanned!(expr.span()=> &(#expr))),
        }
    }
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
    ///     let mut begun = begin(SoleProbe::<Routes>::new().kind(), &mut *cache, &named("run_az", 1, &[&smiles]));
    ///     let result: Routes;
    ///     result = match begun.hit() {
    ///         Some(result) => result,
    ///         None => {
    ///             begun.with(options().tag(smiles));
    ///             { let memory = &mut *cache; run((memory,), move |(cache,)| -> Routes { body }) }
    ///         }
    ///     };
    ///     finish(&mut *cache, begun, &result);
    ///     result
    /// }
    /// ```
    pub(crate) fn expand(&self) -> TokenStream {
        let mut expanded = self.frame.around(self.body());
        expanded.extend(self.companion.then(|| self.expand_companion()));
        expanded
    }

    fn body(&self) -> TokenStream {
        let (begun, result, policy) = (names::begun(), names::result(), self.policy());
        let at = self.frame.at_output();
        let (root, cache, output) = (self.frame.root_at(at), self.frame.cache_at(at), self.frame.output());
        let (last, probe, run) = (self.frame.cache_at_last(at), self.frame.probe(at), self.frame.run_missed(&begun));
        let (maker, place, site) = (self.maker(Purpose::LookUp, at), self.place(), self.site());
        let (version, args, kwargs, switches) = (self.version(), &self.plan.args, self.kwargs(), self.switches());
        let stored = self.options();
        let rescue = self
            .stale_if_error
            .as_ref()
            .map(|_| quote_spanned!(at=> let #result = #root::__private::rescue(#cache, &mut #begun, #result);));
        let second_phase = Ident::new(if policy.is_some() { "finish_with" } else { "finish" }, at);
        let (first_phase, arrive, restore) = if self.frame.is_async() {
            let arrive = quote_spanned!(at=> let mut #begun = #root::__private::arrive(#begun).await;);
            ("start", Some(arrive), Some(quote_spanned!(at=> .restore())))
        } else {
            ("begin", None, None)
        };
        let (first_phase, mutable) = (Ident::new(first_phase, at), arrive.is_none().then(|| Token![mut](at)));
        // `begun` is bound first, so that nothing that only the call borrows lives as long as the body. `result` is not
        // bound by its `let`, which would lengthen the life of the body's last temporaries. And finishing comes after the
        // `match`, which ends even where the body never does, so that it is not called unreachable.
        //
        // All in one `quote`, since every stream of its own is several calls into the compiler.
        quote_spanned! {at=>
            let #mutable #begun = #root::__private::#first_phase(
                #root::__private::#probe::<#output>::new().__cached_kind(),
                #cache,
                &#root::__private::#maker(#place #site #version, &[#(#args),*]) #kwargs #switches,
            );
            #arrive
            let #result: #output;
            #result = match #begun.__cached_hit() {
                ::core::option::Option::Some(#result) => #result #restore,
                ::core::option::Option::None => {
                    #begun #stored;
                    #run
                }
            };
            #rescue
            #root::__private::#second_phase(#last, #begun, &#result #policy);
            #result
        }
    }

    /// What a call says of itself that is no part of its key.
    fn switches(&self) -> Option<TokenStream> {
        let refresh = self.refresh.map(|refresh| quote_spanned!(refresh.span()=> .refresh(#refresh)));
        let enabled = self.enabled.map(|enabled| quote_spanned!(enabled.span()=> .enabled(#enabled)));
        self.instance().into_iter().chain(refresh).chain(enabled).reduce(|mut all, switch| {
            all.extend(switch);
            all
        })
    }

    /// The types that tell two instances of one function apart, for a function that may have several.
    fn instance(&self) -> Option<TokenStream> {
        let function = self.frame.function;
        let counts = |param: &&Param<'_>| !self.plan.skipped.contains(&param.place) && function.hides_type(param);
        let self_type = function.has_self().then(|| quote!(::core::any::type_name::<Self>()));
        let parameters = function.type_parameters().map(|name| quote!(::core::any::type_name::<#name>()));
        let values = function.arguments().filter(counts).map(|param| {
            let (attrs, binding) = (cfgs(param), &param.binding);
            quote!(#(#attrs)* ::core::any::type_name_of_val(&#binding))
        });
        let types: Vec<TokenStream> = self_type.into_iter().chain(parameters).chain(values).collect();
        (!types.is_empty()).then(|| quote!(.instance(&[#(#types),*])))
    }

    /// The function that makes a call, or its key at once.
    fn maker(&self, purpose: Purpose, at: Span) -> Ident {
        let name = match (purpose, self.namespace, self.plan.kwargs.is_empty()) {
            (Purpose::LookUp, Some(_), _) | (Purpose::Print, Some(_), false) => "named",
            (Purpose::LookUp, None, _) => "unnamed",
            (Purpose::Print, Some(_), true) => "named_key",
            (Purpose::Print, None, true) => "unnamed_key",
            (Purpose::Print, None, false) => "unnamed_by_kwargs",
        };
        Ident::new(name, at)
    }

    /// The namespace, or where the function is.
    fn place(&self) -> TokenStream {
        if let Some(namespace) = self.namespace {
            return quote!(#namespace,);
        }
        let name = self.frame.function.syntax.sig.ident.unraw().to_string();
        quote!(::core::module_path!(), #name,)
    }

    /// What tells apart two functions of one default namespace.
    fn site(&self) -> Option<TokenStream> {
        let function = names::function();
        self.namespace.is_none().then(|| {
            quote! {
                {
                    enum #function {}
                    ::core::any::TypeId::of::<#function>()
                },
            }
        })
    }

    fn version(&self) -> TokenStream {
        match self.version {
            Version::Default => quote!(1),
            Version::Expr(version) => quote!(const { #version }),
            Version::Auto(version) => quote!(#version),
        }
    }

    fn kwargs(&self) -> Option<TokenStream> {
        let kwargs = self.plan.kwargs.iter().map(|(name, param)| {
            let (attrs, value) = (cfgs(param), Borrowed(param));
            quote!(#(#attrs)* (#name, #value))
        });
        (!self.plan.kwargs.is_empty()).then(|| quote!(.kwargs(&[#(#kwargs),*])))
    }

    /// Says how the result is stored, as far as that is known before the body runs.
    fn options(&self) -> TokenStream {
        if let (Some(Ttl::Constant(ttl)), [], None, None, None) =
            (&self.ttl, self.tags.as_slice(), self.ttl_jitter, &self.stale_if_error, self.tags_with)
        {
            let (seconds, nanoseconds) = (ttl.as_secs(), ttl.subsec_nanos());
            return quote!(.__cached_for(#seconds, #nanoseconds));
        }
        let (root, tags) = (self.frame.root(), tags(&self.tags));
        let options = match &self.ttl {
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
        };
        let jitter =
            self.ttl_jitter.map(|share| quote_spanned!(share.span()=> .ttl_jitter(#root::__private::share(#share))));
        let stale = self.stale_if_error.as_ref().map(|time| match time {
            Ttl::Constant(time) => {
                let (seconds, nanoseconds) = (time.as_secs(), time.subsec_nanos());
                quote!(.stale_if_error(::core::time::Duration::new(#seconds, #nanoseconds)))
            }
            Ttl::Expr(time) => {
                let at = self.frame.root_at(time.span());
                quote_spanned!(time.span()=> .stale_if_error(#at::__private::ttl(#time)))
            }
        });
        if self.tags_with.is_some() {
            quote!(.__cached_with(#root::__private::expects_tags(#options #jitter #stale)))
        } else {
            quote!(.__cached_with(#options #jitter #stale))
        }
    }

    /// What the value that would be stored decides.
    fn policy(&self) -> Option<TokenStream> {
        let (policy, value) = (names::policy(), names::value());
        let by_value = [("keep_if", self.keep_if), ("ttl", self.ttl_with), ("tags", self.tags_with)];
        let by_value: Vec<TokenStream> = by_value
            .into_iter()
            .filter_map(|(method, make)| Some((method, make?)))
            .map(|(method, make)| {
                let (method, root) = (names::method(method, make.span()), self.frame.root_at(make.span()));
                quote_spanned!(make.span()=> .#method(#root::__private::with(#value, #make)))
            })
            .collect();
        (!by_value.is_empty()).then(|| quote!(, |#policy, #value| #policy #(#by_value)*))
    }
}
