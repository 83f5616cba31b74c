//! Many tasks ask a server about few molecules: one request each. The server is real, and started here on loopback; the
//! molecules, and what it knows of them, are the drugs of the other examples.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use cache_runtime::{SharedCache, cached, evicts};
use examples::{input, report};
use examples_async::{Facts, Question, Server};

/// What a request is sent with: no part of its answer's key.
#[derive(Debug, Clone)]
struct Service {
    client: reqwest::Client,
    address: SocketAddr,
}

/// Asks the server. The error is an `Arc` so that tasks which wait for the same answer can share it.
#[cached(namespace = "facts", ttl = "10m", tag = "smiles", skip(service))]
async fn facts(smiles: &str, service: &Service, cache: &SharedCache) -> Result<Arc<Facts>, Arc<reqwest::Error>> {
    let url = format!("http://{}/facts", service.address);
    let response = service.client.get(url).query(&Question { smiles: smiles.to_owned() }).send().await?;
    Ok(Arc::new(response.error_for_status()?.json().await?))
}

/// Somebody measured the molecule again, so what was known of it no longer holds.
#[evicts(tag = "smiles")]
async fn measured_again(smiles: &str, cache: &SharedCache) {
    tokio::task::yield_now().await;
}

/// `TASKS` tasks, each of which asks for every molecule; how many answers came.
async fn ask_for_all(service: &Service, cache: &SharedCache, smiles: &[String]) -> Result<usize, Box<dyn Error>> {
    const TASKS: usize = 20;
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (service, cache, smiles) = (service.clone(), cache.clone(), smiles.to_vec());
            tokio::spawn(async move {
                let mut answers = 0;
                for one in &smiles {
                    answers += usize::from(facts(one, &service, &cache).await?.length == one.len());
                }
                Ok::<usize, Arc<reqwest::Error>>(answers)
            })
        })
        .collect();
    let mut answers = 0;
    for task in tasks {
        answers += task.await??;
    }
    Ok(answers)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let molecules = input::read(None)?.molecules;
    let smiles: Vec<String> = molecules.iter().take(25).map(|molecule| molecule.smiles.clone()).collect();
    let server = Server::start(molecules).await?;
    let service = Service { client: reqwest::Client::new(), address: server.address() };
    let cache = SharedCache::new();
    let mut rows = Vec::new();
    let mut before = 0;
    for (name, change) in [("first", false), ("again", false), ("after one was measured again", true)] {
        if let Some(changed) = smiles.first().filter(|_| change) {
            measured_again(changed, &cache).await;
        }
        let answers = ask_for_all(&service, &cache, &smiles).await?;
        let requests = server.requests();
        rows.push([name.to_owned(), answers.to_string(), (requests - before).to_string()]);
        before = requests;
    }
    let unknown = facts("no molecule", &service, &cache).await;
    println!("{}", report::table(["20 tasks, 25 molecules", "answers", "requests"], &rows));
    println!(
        "  {}",
        unknown.err().map_or_else(|| "an unknown molecule has facts".to_owned(), |error| error.to_string())
    );
    let stats = cache.stats();
    println!("  {} hits, {} waited for another task, {} misses", stats.hits, stats.coalesced, stats.misses);
    Ok(())
}
