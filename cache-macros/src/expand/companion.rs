//! The companion of a cached function: what the key of a call is.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{FnArg, GenericParam, Generics, Ident, PatType};

use super::Purpose;
use super::frame::plain;
use crate::check::{CacheSource, Cached, KeyPart};
use crate::model::{Param, mentions};
use crate::names;

impl Cached<'_, '_> {
    /// `fn run_az_key(smiles: &str) -> Result<CacheKey, KeyError>` beside `fn run_az(smiles: &str, cache: …)`.
    pub(super) fn expand_companion(&self) -> TokenStream {
        let (syntax, root) = (self.frame.function.syntax, self.frame.root());
        let (maker, place, version) = (self.maker(Purpose::Print, Span::mixed_site()), self.place(), self.version());
        let (args, kwargs) = (&self.plan.args, self.kwargs().map(|kwargs| quote!(#kwargs.key())));
        let (vis, name) = (&syntax.vis, names::companion(&syntax.sig.ident));
        // What switches the function off, or allows what is in its options, does so here.
        let attrs = syntax.attrs.iter().filter(|attr| ["cfg", "allow"].iter().any(|name| attr.path().is_ident(name)));
        let (inputs, generics) = (self.companion_inputs(), self.companion_generics());
        let where_clause = &generics.where_clause;
        let doc = format!(
            "The key of a call of `{}` with these arguments.\n\n# Errors\n\nThey have none.",
            syntax.sig.ident.unraw()
        );
        quote! {
            #(#attrs)*
            #[doc = #doc]
            #[allow(dead_code)]
            #[inline]
            #vis fn #name #generics(#(#inputs),*) -> ::core::result::Result<#root::CacheKey, #root::KeyError>
            #where_clause
            {
                #root::__private::#maker(#place #version, &[#(#args),*]) #kwargs
            }
        }
    }

    fn companion_inputs(&self) -> Vec<FnArg> {
        let receiver = self.frame.function.syntax.sig.inputs.iter().filter(|arg| matches!(arg, FnArg::Receiver(_)));
        let receiver = receiver.filter(|_| !self.plan.skips_self).cloned();
        let params = self.companion_params().map(|param| {
            let mut arg = PatType::clone(param.syntax);
            *arg.pat = plain(param.binding.clone());
            FnArg::Typed(arg)
        });
        receiver.chain(params).collect()
    }

    fn companion_params(&self) -> impl Iterator<Item = &Param<'_>> {
        let cache = match self.frame.cache {
            CacheSource::Param(cache) => Some(cache.place),
            CacheSource::Place(..) => None,
        };
        let params = self.frame.function.params.iter();
        params.filter(move |param| Some(param.place) != cache && !self.plan.skipped.contains(&param.place))
    }

    /// The generic parameters that are still mentioned, and the bounds that mention no others.
    fn companion_generics(&self) -> Generics {
        let mut generics = self.frame.function.syntax.sig.generics.clone();
        if generics.params.is_empty() && generics.where_clause.is_none() {
            return generics;
        }
        let mut mentioned: Vec<TokenStream> = self.companion_inputs().iter().map(ToTokens::to_token_stream).collect();
        mentioned.extend(self.plan.args.iter().filter_map(|part| match part {
            KeyPart::Expr(expr) => Some(expr.to_token_stream()),
            KeyPart::Param(_) => None,
        }));
        let mut kept: Vec<GenericParam> = Vec::new();
        let mut rest: Vec<GenericParam> = generics.params.iter().cloned().collect();
        // A parameter that is kept may mention another in its bounds.
        loop {
            let (now, later): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|param| mentioned.iter().any(|tokens| is_mentioned(param, tokens)));
            rest = later;
            if now.is_empty() {
                break;
            }
            mentioned.extend(now.iter().map(ToTokens::to_token_stream));
            kept.extend(now);
        }
        generics.params = generics
            .params
            .into_iter()
            .filter(|param| kept.iter().any(|other| name_of(other) == name_of(param)))
            .collect();
        if let Some(clause) = &mut generics.where_clause {
            clause.predicates = std::mem::take(&mut clause.predicates)
                .into_iter()
                .filter(|predicate| !rest.iter().any(|param| is_mentioned(param, &predicate.to_token_stream())))
                .collect();
        }
        generics
    }
}

fn is_mentioned(param: &GenericParam, tokens: &TokenStream) -> bool {
    let name = name_of(param);
    mentions(tokens, &|ident| ident == name)
}

fn name_of(param: &GenericParam) -> &Ident {
    match param {
        GenericParam::Lifetime(param) => &param.lifetime.ident,
        GenericParam::Type(param) => &param.ident,
        GenericParam::Const(param) => &param.ident,
    }
}
