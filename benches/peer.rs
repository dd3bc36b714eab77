//! Python processes that solve games told by line, for benches that compare with a peer.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A Python process that answers line by line, and is begun again if it hangs or dies.
///
/// Its script prints `ready` first, and then one line for each that it reads.
#[derive(Debug)]
pub struct Peer {
    script: &'static str,
    child: Child,
    lines: Receiver<String>,
}

impl Peer {
    /// Python is `PEER_PYTHON`, else `python3`; nothing if it cannot run the script, mostly because it has no such module.
    pub fn new(script: &'static str) -> Option<Self> {
        let python = std::env::var("PEER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut child = Command::new(python)
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let out = BufReader::new(child.stdout.take()?);
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        let ready = lines.recv_timeout(Duration::from_secs(60)).ok()?;
        (ready == "ready").then_some(Self {
            script,
            child,
            lines,
        })
    }

    /// The numbers of its answer; nothing if there was none in time.
    pub fn ask(&mut self, line: &str, patience: Duration) -> Option<Vec<f64>> {
        let told = self
            .child
            .stdin
            .as_mut()
            .is_some_and(|to| writeln!(to, "{line}").is_ok());
        let answer = if told {
            self.lines.recv_timeout(patience).ok()
        } else {
            None
        };
        let Some(answer) = answer else {
            drop(self.child.kill());
            drop(self.child.wait());
            if let Some(again) = Self::new(self.script) {
                *self = again;
            }
            return None;
        };
        let words = answer.split_whitespace().map(str::parse::<f64>);
        words.collect::<Result<_, _>>().ok()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
