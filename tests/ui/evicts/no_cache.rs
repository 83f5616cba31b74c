use cache_runtime::evicts;

#[evicts(tag = "smiles")]
fn update(smiles: &str) {}

fn main() {}
