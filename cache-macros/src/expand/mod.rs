//! Tokens only: what a checked function becomes.

mod companion;
mod evicts;
mod frame;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};
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
    ///     let begun = begin(Probe::<Routes>::new().kind(), &mut *cache, &named("run_az", 1, &[&smiles]));
    ///     let mut open = none();
    ///     let result: Routes;
    ///     result = match begun {
    ///         Ready::Hit(result) => result,
    ///         Ready::Miss(claim) => {
    ///             let claim = claim.with(options().tag(smiles), &mut open);
    ///             { let memory = &mut *cache; run((memory,), move |(cache,)| -> Routes { body }) }
    ///         }
    ///     };
    ///     finish(&mut *cache, open, &result);
    ///     result
    /// }
    /// ```
    pub(crate) fn expand(&self) -> TokenStream {
        let mut expanded = self.frame.around(self.body());
        expanded.extend(self.companion.then(|| self.expand_companion()));
        expanded
    }

    fn body(&self) -> TokenStream {
        let (call_begun, claim, open, result) = (names::begun(), names::claim(), names::open(), names::result());
        let (kind, call, stored, finish) = (self.frame.kind(), self.call(), self.options(), self.finish());
        let run = self.frame.run_missed(&claim);
        let at = self.frame.at_output();
        let (root, cache, output) = (self.frame.root_at(at), self.frame.cache_at(at), self.frame.output());
        let (begin, answer, restored) = if self.frame.is_async() {
            let arrived = quote_spanned!(at=> #root::__private::arrive(#call_begun).await);
            ("start", arrived, quote_spanned!(at=> #result.restore()))
        } else {
            ("begin", call_begun.to_token_stream(), result.to_token_stream())
        };
        // Only an asynchronous body is run by its claim.
        let open_claim = if self.frame.is_async() { quote!(let #claim = #claim) } else { claim.to_token_stream() };
        let begin = Ident::new(begin, at);
        // `begun` is bound first, so that nothing that only the call borrows lives as long as the body. `result` is not
        // bound by its `let`, which would lengthen the life of the body's last temporaries. And finishing comes after the
        // `match`, which ends even where the body never does, so that it is not called unreachable.
        quote_spanned! {at=>
            let #call_begun = #root::__private::#begin(#kind, #cache, &#call);
            let mut #open = #root::__private::none();
            let #result: #output;
            #result = match #answer {
                #root::__private::Ready::Hit(#result) => #restored,
                #root::__private::Ready::Miss(#claim) => {
                    #open_claim.with(#stored, &mut #open);
                    #run
                }
            };
            #finish;
            #result
        }
    }

    /// The call as the first phase gets it.
    fn call(&self) -> TokenStream {
        let refresh = self.refresh.map(|refresh| quote_spanned!(refresh.span()=> .refresh(#refresh)));
        let enabled = self.enabled.map(|enabled| quote_spanned!(enabled.span()=> .enabled(#enabled)));
        let mut call = self.key(Purpose::LookUp);
        call.extend(self.instance().into_iter().chain(refresh).chain(enabled));
        call
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

    /// The call as far as it makes the key.
    fn key(&self, purpose: Purpose) -> TokenStream {
        let root = self.frame.root();
        let version = match self.version {
            Version::Default => quote!(1),
            Version::Expr(version) => quote!(const { #version }),
            Version::Auto(version) => quote!(#version),
        };
        let args = &self.plan.args;
        let kwargs = self.plan.kwargs.iter().map(|(name, param)| {
            let (attrs, value) = (cfgs(param), Borrowed(param));
            quote!(#(#attrs)* (#name, #value))
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
        let options = quote!(#options #jitter);
        if self.tags_with.is_some() { quote!(#root::__private::expects_tags(#options)) } else { options }
    }

    /// Stores the result, unless the value itself decides otherwise.
    fn finish(&self) -> TokenStream {
        let (open, policy, result, value) = (names::open(), names::policy(), names::result(), names::value());
        let at = self.frame.at_output();
        let (root, cache) = (self.frame.root_at(at), self.frame.cache_at_last(at));
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
            quote_spanned!(at=> #root::__private::finish(#cache, #open, &#result))
        } else {
            let policy = quote!(|#policy, #value| #policy #(#by_value)*);
            quote_spanned!(at=> #root::__private::finish_with(#cache, #open, &#result, #policy))
        }
    }
}
