use cache_runtime::cached;

#[cached]
struct Molecule {
    smiles: String,
}

fn main() {}
