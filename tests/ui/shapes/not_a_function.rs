use cache_runtime::cached;

#[cached]
struct Molecule {
    smiles: String,
}

#[cached]
const ANSWER: u32 = 42;

fn main() {
    Molecule { smiles: ANSWER.to_string() };
}
