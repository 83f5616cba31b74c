//! The server that `async_fetch` asks.

#![forbid(unsafe_code)]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use examples::input::Molecule;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// What the server tells of a molecule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Facts {
    /// Its name.
    pub name: String,
    /// How long its SMILES is, in bytes.
    pub length: usize,
}

/// What it is asked.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    /// The molecule.
    pub smiles: String,
}

/// A server on loopback that knows molecules.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    records: Arc<Records>,
}

impl Server {
    /// Starts it, on a port that is free.
    ///
    /// # Errors
    ///
    /// There is no loopback, or no port is free.
    pub async fn start(molecules: Vec<Molecule>) -> io::Result<Self> {
        let records = Arc::new(Records { molecules, requests: AtomicUsize::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/facts", get(answer)).with_state(Arc::clone(&records));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, records })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many requests it has had.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.records.requests.load(Ordering::SeqCst)
    }
}

/// What the server knows, and how often it was asked.
#[derive(Debug)]
struct Records {
    molecules: Vec<Molecule>,
    requests: AtomicUsize,
}

async fn answer(
    State(records): State<Arc<Records>>,
    Query(question): Query<Question>,
) -> Result<Json<Facts>, StatusCode> {
    records.requests.fetch_add(1, Ordering::SeqCst);
    let known = records.molecules.iter().find(|molecule| molecule.smiles == question.smiles);
    let molecule = known.ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(Facts { name: molecule.name.clone(), length: molecule.smiles.len() }))
}
