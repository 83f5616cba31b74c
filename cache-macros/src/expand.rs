//! Tokens only: what a checked function becomes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{FnArg, Ident, Pat, PatIdent, PatType, Token, Type};

use crate::check::{Checked, Tag, Ttl};
use crate::model::Param;
use crate::names;

impl Checked<'_, '_> {
    /// Input:
    ///
    /// ```text
    /// #[cached(namespace = "run_az", tag = "smiles")]
    /// fn run_az(smiles: &str, cache: &mut CacheManager) -> Routes { body }
    /// ```
    ///
    /// Output:
    ///
    /// ```text
    /// fn run_az(smiles: &str, cache: &mut CacheManager) -> Routes {
    ///     let kind = Probe::<Routes>::new().kind();
    ///     match begin(kind, &mut *cache, &call("run_az", 1, Named, &[&smiles]), &|| SetOptions::new().tag(smiles)) {
    ///         Begin::Hit(result) => result,
    ///         Begin::Miss(claim) => {
    ///             let result = { let memory = &mut *cache; run((memory,), move |(cache,)| -> Routes { body }) };
    ///             finish(kind, &mut *cache, claim, &result);
    ///             result
    ///         }
    ///     }
    /// }
    /// ```
    pub(crate) fn expand(&self) -> TokenStream {
        let syntax = self.function.syntax;
        let (attrs, vis) = (&syntax.attrs, &syntax.vis);
        let mut sig = syntax.sig.clone();
        sig.inputs = self.inputs();
        let body = self.body();
        quote!(#(#attrs)* #vis #sig { #body })
    }

    /// The parameters under the names that the expansion calls them by.
    fn inputs(&self) -> Punctuated<FnArg, Token![,]> {
        let inputs = self.function.params.iter().map(|param| {
            let mut arg = PatType::clone(param.syntax);
            arg.attrs = param.attrs().cloned().collect();
            if self.is_rebound(param) {
                *arg.pat = plain(param.binding());
            }
            FnArg::Typed(arg)
        });
        inputs.collect()
    }

    /// What is a parameter of the body's closure rather than captured, so that the body can assign to it as it could
    /// without us: the cache, and every parameter that is more than a name.
    fn is_rebound(&self, param: &Param<'_>) -> bool {
        param.place == self.cache.place || !matches!(&*param.syntax.pat, Pat::Ident(PatIdent { mutability: None, .. }))
    }

    fn body(&self) -> TokenStream {
        let (kind, claim, result) = (names::kind(), names::claim(), names::result());
        let cache = self.cache.binding();
        let output = self.output();
        let (call, options, run) = (self.call(), self.options(), self.run());
        // A result that cannot be stored is an error at the return type.
        let at_output = Span::mixed_site().located_at(self.function.output().map_or_else(Span::mixed_site, outermost));
        let begin = quote_spanned! {at_output=>
            ::cache_runtime::__private::begin(#kind, &mut *#cache, &#call, &#options)
        };
        let finish = quote_spanned! {at_output=>
            ::cache_runtime::__private::finish(#kind, &mut *#cache, #claim, &#result)
        };
        quote! {
            let #kind = ::cache_runtime::__private::Probe::<#output>::new().kind();
            match #begin {
                ::cache_runtime::Begin::Hit(#result) => #result,
                ::cache_runtime::Begin::Miss(#claim) => {
                    let #result = #run;
                    #finish;
                    #result
                }
            }
        }
    }

    fn output(&self) -> TokenStream {
        self.function.output().map_or_else(|| quote!(()), ToTokens::to_token_stream)
    }

    /// The user's body, in a closure so that `return` and `?` leave only it.
    fn run(&self) -> TokenStream {
        let (cache, memory, output) = (self.cache.binding(), names::memory(), self.output());
        let body = &self.function.syntax.body;
        let rebound = || self.function.params.iter().filter(|param| self.is_rebound(param));
        let patterns = rebound().map(|param| &param.syntax.pat);
        let bindings =
            rebound().map(|param| if param.place == self.cache.place { memory.clone() } else { param.binding() });
        // The body need not use its cache: borrowing it once here keeps that from being a warning.
        quote! {{
            let #memory = &mut *#cache;
            ::cache_runtime::__private::run((#(#bindings,)*), move |(#(#patterns,)*)| -> #output {
                let _ = &#cache;
                #body
            })
        }}
    }

    fn call(&self) -> TokenStream {
        let version = self.version.map_or_else(|| quote!(1), |version| quote!(const { #version }));
        let (namespace, origin) = match self.namespace {
            Some(namespace) => (namespace.to_token_stream(), quote!(::cache_runtime::__private::Origin::Named)),
            None => self.default_namespace(),
        };
        let args = self.function.keyed().map(|param| {
            // A parameter that is no `Serialize` is an error at its type.
            let at_type = |span: Span| span.located_at(outermost(&param.syntax.ty));
            let mut binding = param.binding();
            binding.set_span(at_type(binding.span()));
            let attrs = param.attrs();
            quote_spanned!(at_type(Span::mixed_site())=> #(#attrs)* &#binding)
        });
        quote!(::cache_runtime::__private::call(#namespace, #version, #origin, &[#(#args),*]))
    }

    fn default_namespace(&self) -> (TokenStream, TokenStream) {
        let name = self.function.syntax.sig.ident.unraw().to_string();
        let function = names::function();
        let origin = quote! {
            ::cache_runtime::__private::Origin::Default({
                enum #function {}
                ::core::any::TypeId::of::<#function>()
            })
        };
        (quote!(::cache_runtime::__private::default_namespace!(#name)), origin)
    }

    fn options(&self) -> TokenStream {
        if self.ttl.is_none() && self.tags.is_empty() {
            return quote!(::cache_runtime::SetOptions::new);
        }
        let ttl = self.ttl.as_ref().map(|ttl| match ttl {
            Ttl::Constant(ttl) => {
                let (seconds, nanoseconds) = (ttl.as_secs(), ttl.subsec_nanos());
                quote!(.ttl(::core::time::Duration::new(#seconds, #nanoseconds)))
            }
            Ttl::Expr(ttl) => quote_spanned!(ttl.span()=> .ttl(::cache_runtime::__private::ttl(#ttl))),
        });
        let tags = self.tags.iter().map(|tag| match tag {
            Tag::Fixed(label) => quote!(.tag(#label)),
            Tag::Format(format, params) => quote!(.tag(::core::format_args!(#format, #(#params),*))),
            Tag::Expr(tag) => quote_spanned!(tag.span()=> .tag(#tag)),
        });
        quote!(|| ::cache_runtime::SetOptions::new() #ttl #(#tags)*)
    }
}

/// Where a type's own name stands, behind any references.
fn outermost(ty: &Type) -> Span {
    match ty {
        Type::Reference(reference) => outermost(&reference.elem),
        Type::Paren(paren) => outermost(&paren.elem),
        Type::Group(group) => outermost(&group.elem),
        Type::Path(path) => path.path.segments.last().map_or_else(|| path.span(), |last| last.ident.span()),
        other => other.span(),
    }
}

fn plain(ident: Ident) -> Pat {
    Pat::Ident(PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident, subpat: None })
}
