//! A long random search for failures on stable: `mutate TARGET SECONDS [SEED]`.
//!
//! Failures are shortened and written to `fuzz/regressions/TARGET/`, to be committed with the fix.
#![allow(
    clippy::print_stdout,
    reason = "a developer's tool that reports what it found"
)]

use deterra_tests::mutate::{Failure, Mutator, inputs, shorten, try_input};
use deterra_tests::targets::Target;
use deterra_tests::workspace;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let target = arguments
        .first()
        .and_then(|name| Target::from_name(name))
        .ok_or("usage: mutate agg|efg|expr|json|lite|nfg|toml SECONDS [SEED]")?;
    let seconds = arguments.get(1).map_or(Ok(60), |text| text.parse())?;
    let seed = arguments.get(2).map_or(Ok(0), |text| text.parse())?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut mutator = Mutator::new(target, inputs(target), seed);
    // Panics are caught and told once; their usual text would drown everything.
    std::panic::set_hook(Box::new(|_| {}));
    let mut known: Vec<String> = Vec::new();
    let (mut runs, mut slowest) = (0_u64, Duration::ZERO);
    while Instant::now() < until {
        let input = mutator.next_input();
        let start = Instant::now();
        let result = try_input(target, &input);
        slowest = slowest.max(start.elapsed());
        runs += 1;
        if let Err(what) = result {
            let first = what.lines().next().unwrap_or_default();
            let kind: String = first.chars().filter(|c| !c.is_ascii_digit()).collect();
            if known.contains(&kind) {
                continue;
            }
            known.push(kind);
            let failure = shorten(target, Failure { input, what });
            let folder = workspace::root()
                .join("fuzz/regressions")
                .join(target.name());
            std::fs::create_dir_all(&folder)?;
            let path = folder.join(format!("seed{seed}-run{runs}"));
            std::fs::write(&path, &failure.input)?;
            println!("{}\n  {}", path.display(), failure.what);
        }
    }
    println!(
        "{}: {runs} runs, {} kinds of failure, slowest {slowest:.2?}",
        target.name(),
        known.len()
    );
    Ok(())
}
