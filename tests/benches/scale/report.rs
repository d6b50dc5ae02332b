//! What was measured, and the bounds that it must keep.

struct Figure {
    name: String,
    value: f64,
    most: Option<f64>,
}

#[derive(Default)]
pub struct Report(Vec<Figure>);

impl Report {
    /// A figure without a bound.
    pub fn figure(&mut self, name: &str, value: f64) {
        self.add(name, value, None);
    }

    /// A figure that may be at most so much.
    pub fn most(&mut self, name: &str, value: f64, most: f64) {
        self.add(name, value, Some(most));
    }

    fn add(&mut self, name: &str, value: f64, most: Option<f64>) {
        println!("  {name} {value:.2}");
        self.0.push(Figure { name: name.to_owned(), value, most });
    }

    /// Prints all, those with a bound last; the exit code: 1 if a bound is missed.
    pub fn print(&self) -> i32 {
        let missed: Vec<&Figure> = self.0.iter().filter(|f| f.most.is_some_and(|most| f.value > most)).collect();
        for figure in &missed {
            println!(
                "MISSED: {} is {:.2}, at most {} is promised",
                figure.name,
                figure.value,
                figure.most.unwrap_or(0.0)
            );
        }
        println!();
        for bounded in [false, true] {
            for figure in self.0.iter().filter(|figure| figure.most.is_some() == bounded) {
                println!("{}={:.2}", figure.name, figure.value);
            }
        }
        i32::from(!missed.is_empty())
    }
}
