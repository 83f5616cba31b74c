//! What a function with `#[evicts]` becomes.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::frame::tags;
use crate::check::{Evicts, When};
use crate::names;

impl Evicts<'_, '_> {
    /// Input:
    ///
    /// ```text
    /// #[evicts(tag = "smiles")]
    /// fn update(smiles: &str, cache: &mut CacheManager) -> Result<(), Error> { body }
    /// ```
    ///
    /// Output, less the paths:
    ///
    /// ```text
    /// fn update(smiles: &str, cache: &mut CacheManager) -> Result<(), Error> {
    ///     let targets = Targets::new().tag(smiles);
    ///     let result = { let memory = &mut *cache; run((memory,), move |(cache,)| -> Result<(), Error> { body }) };
    ///     evict_unless_err(SoleProbe::<Result<(), Error>>::new().kind(), &mut *cache, targets, &result);
    ///     result
    /// }
    /// ```
    pub(crate) fn expand(&self) -> TokenStream {
        let at = self.frame.at_cache();
        let (root, cache, run) = (self.frame.root_at(at), self.frame.cache_at(at), self.frame.run());
        let (targets, result, last) = (names::targets(), names::result(), self.frame.cache_at_last(at));
        let built = self.targets();
        let body = match self.when {
            When::Before => quote! {
                #built.evict(#cache);
                #run
            },
            When::Always => quote! {
                let #targets = #built;
                let #result = #run;
                #targets.evict(#last);
                #result
            },
            When::Ok => {
                let output = self.frame.output();
                let evict = quote_spanned! {at=>
                    #root::__private::evict_unless_err(
                        #root::__private::SoleProbe::<#output>::new().__cached_kind(),
                        #last,
                        #targets,
                        &#result,
                    )
                };
                quote! {
                    let #targets = #built;
                    let #result = #run;
                    #evict;
                    #result
                }
            }
        };
        self.frame.around(body)
    }

    fn targets(&self) -> TokenStream {
        let (root, tags) = (self.frame.root(), tags(&self.tags));
        let namespace = self.namespace.map(|namespace| quote!(.namespace(#namespace)));
        let all = self.all.then(|| quote!(.all()));
        quote!(#root::__private::Targets::new() #tags #namespace #all)
    }
}
