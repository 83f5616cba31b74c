//! CPython, asked what it makes of a call.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Reads a call as an expression a line, and answers with its hash and its payload.
const ORACLE: &str = r#"
import hashlib, json, struct, sys

def float_of(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]

for line in sys.stdin:
    args, kwargs = eval(line)
    payload = json.dumps({"args": args, "kwargs": kwargs}, sort_keys=True)
    print(hashlib.sha256(payload.encode("utf-8")).hexdigest(), payload, flush=True)
"#;

/// One python3 process that stays for the length of a test.
#[derive(Debug)]
pub struct Python {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What CPython makes of a call.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The SHA-256 of the payload.
    pub hash: String,
    /// What `json.dumps` printed.
    pub payload: String,
}

impl Python {
    /// Starts python3.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn start() -> io::Result<Self> {
        let mut process =
            Command::new("python3").args(["-c", ORACLE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let questions = process.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let answers = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { process, questions, answers: BufReader::new(answers) })
    }

    /// Asks for the hash and payload of a call whose arguments are these Python expressions.
    ///
    /// # Errors
    ///
    /// Python ended, because it could not evaluate or print them.
    pub fn ask(&mut self, args: &str, kwargs: &str) -> io::Result<Answer> {
        writeln!(self.questions, "({args}, {kwargs})")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let (hash, payload) = line.trim_end_matches('\n').split_once(' ').ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(Answer { hash: hash.to_owned(), payload: payload.to_owned() })
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
