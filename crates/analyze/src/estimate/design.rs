//! Covariates: every utility is a linear function of some, row by row.

/// The covariates of one utility.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The utility.
    pub name: String,
    /// The covariates; none fixes the utility at 0.
    pub covariates: Vec<String>,
    /// Their values, row by row.
    pub values: Vec<f64>,
}

impl Block {
    /// A block; `values` has one entry a row and covariate, row by row.
    pub fn new<N: Into<String>>(
        name: impl Into<String>,
        covariates: impl IntoIterator<Item = N>,
        values: Vec<f64>,
    ) -> Self {
        Self {
            name: name.into(),
            covariates: covariates.into_iter().map(Into::into).collect(),
            values,
        }
    }

    /// A utility that is 0 in every row.
    pub fn zero(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            covariates: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The covariates of a row.
    pub fn row(&self, row: usize) -> &[f64] {
        let k = self.covariates.len();
        &self.values[row * k..(row + 1) * k]
    }
}

/// Why there is no design.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoDesign {
    /// A block with too many or too few values.
    #[error("{utility} has {found} values of covariates and needs {wanted}")]
    WrongLength {
        /// The utility.
        utility: String,
        /// What there are.
        found: usize,
        /// What there should be.
        wanted: usize,
    },
    /// A value that is no number.
    #[error("{covariate} of {utility} is not a finite number in row {row}")]
    NotFinite {
        /// The utility.
        utility: String,
        /// The covariate.
        covariate: String,
        /// The row, from 0.
        row: usize,
    },
}

/// The covariates of all utilities.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    rows: usize,
    blocks: Vec<Block>,
    /// Where the coefficients of a block start; one more entry than blocks.
    first: Vec<usize>,
}

impl Design {
    /// A design with one block a utility, in order.
    ///
    /// # Errors
    /// [`NoDesign`] for the first block that does not fit.
    pub fn new(rows: usize, blocks: Vec<Block>) -> Result<Self, NoDesign> {
        let mut first = vec![0];
        for block in &blocks {
            let k = block.covariates.len();
            let wanted = rows * k;
            if block.values.len() != wanted {
                return Err(NoDesign::WrongLength {
                    utility: block.name.clone(),
                    found: block.values.len(),
                    wanted,
                });
            }
            if let Some(at) = block.values.iter().position(|x| !x.is_finite()) {
                return Err(NoDesign::NotFinite {
                    utility: block.name.clone(),
                    covariate: block.covariates[at % k].clone(),
                    row: at / k,
                });
            }
            first.push(first[first.len() - 1] + k);
        }
        Ok(Self {
            rows,
            blocks,
            first,
        })
    }

    /// How many rows there are.
    pub const fn num_rows(&self) -> usize {
        self.rows
    }

    /// The blocks.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// How many coefficients there are.
    pub fn num_coefficients(&self) -> usize {
        self.first[self.first.len() - 1]
    }

    /// The coefficients of a utility.
    pub fn range(&self, utility: usize) -> std::ops::Range<usize> {
        self.first[utility]..self.first[utility + 1]
    }

    /// Utility and covariate of a coefficient.
    pub fn name(&self, coefficient: usize) -> (&str, &str) {
        let after = self.first.partition_point(|first| *first <= coefficient);
        let block = &self.blocks[after - 1];
        let covariate = &block.covariates[coefficient - self.first[after - 1]];
        (&block.name, covariate)
    }

    /// The utilities of a row.
    pub fn utilities(&self, row: usize, coefficients: &[f64]) -> Vec<f64> {
        self.blocks
            .iter()
            .enumerate()
            .map(|(k, block)| {
                let own = &coefficients[self.range(k)];
                if own.is_empty() {
                    return 0.0;
                }
                own.iter().zip(block.row(row)).map(|(b, x)| b * x).sum()
            })
            .collect()
    }

    /// The root mean square of every covariate, 1 if it is always 0: the unit in which
    /// coefficients are compared. Rows count by their weights, if there are any.
    pub fn sizes(&self, weights: Option<&[f64]>) -> Vec<f64> {
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let total: f64 = (0..self.rows).map(weight).sum();
        let mut sizes = Vec::with_capacity(self.num_coefficients());
        for block in &self.blocks {
            let k = block.covariates.len();
            for j in 0..k {
                let column = block.values.iter().skip(j).step_by(k).enumerate();
                let sum: f64 = column.map(|(row, x)| weight(row) * x * x).sum();
                let size = (sum / total).sqrt();
                let usable = size > 0.0 && size.is_finite();
                sizes.push(if usable { size } else { 1.0 });
            }
        }
        sizes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_go_by_utility_then_covariate() {
        let blocks = vec![
            Block::new("a", ["1", "x"], vec![1.0, 3.0, 1.0, 4.0]),
            Block::zero("b"),
            Block::new("c", ["z"], vec![0.0, 2.0]),
        ];
        let design = Design::new(2, blocks).expect("it fits");
        assert_eq!(design.num_coefficients(), 3);
        assert_eq!(design.name(1), ("a", "x"));
        assert_eq!(design.name(2), ("c", "z"));
        assert_eq!(design.utilities(1, &[1.0, 10.0, 100.0]), [41.0, 0.0, 200.0]);
        assert!((design.sizes(None)[1] - 12.5_f64.sqrt()).abs() < 1e-15);
        let weighed = design.sizes(Some(&[3.0, 1.0]));
        assert!((weighed[1] - 10.75_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let short = Design::new(2, vec![Block::new("a", ["x"], vec![1.0])]);
        assert!(matches!(short, Err(NoDesign::WrongLength { found: 1, .. })));
        let odd = Design::new(2, vec![Block::new("a", ["x"], vec![1.0, f64::NAN])]);
        assert!(matches!(odd, Err(NoDesign::NotFinite { row: 1, .. })));
    }
}
