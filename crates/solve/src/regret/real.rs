//! The numbers that sweeps work with.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, Sub};

/// A float: `f64`, or `f32` where half the memory is worth half the digits.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialEq
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + AddAssign
    + Div<Output = Self>
    + Mul<Output = Self>
    + Sub<Output = Self>
    + 'static
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// A number so small that its inverse is hardly a float.
    const LEAST: Self;
    /// Its bytes.
    const BYTES: usize;

    /// The nearest one.
    fn near(value: f64) -> Self;

    /// The same number, or the nearest.
    fn short(value: f32) -> Self;

    /// The same number.
    fn wide(self) -> f64;

    /// Appends its bytes, the lowest first.
    fn write(self, to: &mut Vec<u8>);

    /// From its bytes.
    ///
    /// # Panics
    /// If there are not [`Real::BYTES`] of them.
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! real {
    ($float:ty, $bytes:expr, $least:expr) => {
        impl Real for $float {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const LEAST: Self = $least;
            const BYTES: usize = $bytes;

            #[allow(
                clippy::cast_possible_truncation,
                clippy::inline_always,
                reason = "the nearest is asked for; kernels need it inlined"
            )]
            #[inline(always)]
            fn near(value: f64) -> Self {
                value as Self
            }

            #[allow(
                clippy::inline_always,
                clippy::cast_lossless,
                clippy::unnecessary_cast,
                reason = "kernels need it inlined; one of both is wider"
            )]
            #[inline(always)]
            fn short(value: f32) -> Self {
                value as Self
            }

            #[allow(clippy::inline_always, reason = "kernels need it inlined")]
            #[inline(always)]
            fn wide(self) -> f64 {
                f64::from(self)
            }

            fn write(self, to: &mut Vec<u8>) {
                to.extend(self.to_le_bytes());
            }

            fn read(bytes: &[u8]) -> Self {
                let bytes = bytes.try_into().expect("invariant: as many bytes");
                Self::from_le_bytes(bytes)
            }
        }
    };
}

real!(f64, 8, 1e-300);
real!(f32, 4, 1e-35);
