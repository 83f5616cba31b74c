use cache_runtime::evicts;

#[evicts(tag = "smiles")]
fn update(smiles: &str, cache: &mut Vec<u8>) {}

fn main() {}
