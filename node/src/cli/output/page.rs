//! A page of text for people: headings, aligned pairs, tables, paragraphs, all within the terminal's width.

use super::text::{clean, pad, width, wrap};

/// Collects the text of one answer.
pub struct Page {
    text: String,
    columns: usize,
}

/// A column of a table.
#[derive(Clone, Copy)]
pub struct Column {
    /// The word above it.
    pub title: &'static str,
    /// Whether it may be wrapped when the table is too wide.
    pub flexible: bool,
}

/// A column that keeps its width: ids, times, states.
pub const fn fixed(title: &'static str) -> Column {
    Column { title, flexible: false }
}

/// A column whose text may wrap: names, lists, sentences.
pub const fn flexible(title: &'static str) -> Column {
    Column { title, flexible: true }
}

const GAP: usize = 2;

impl Page {
    /// An empty page of `columns` columns.
    pub const fn new(columns: usize) -> Self {
        Self { text: String::new(), columns }
    }

    /// The finished text.
    pub fn into_text(self) -> String {
        self.text
    }

    /// A sentence, wrapped.
    pub fn say(&mut self, sentence: &str) -> &mut Self {
        self.indented(0, sentence)
    }

    /// A text with `indent` columns before each line.
    pub fn indented(&mut self, indent: usize, text: &str) -> &mut Self {
        for line in wrap(&clean(text), self.columns.saturating_sub(indent)) {
            self.push_line(&format!("{}{line}", " ".repeat(indent)));
        }
        self
    }

    /// A line as it is, without wrapping: text to copy, such as a command or a card.
    pub fn verbatim(&mut self, text: &str) -> &mut Self {
        for line in clean(text).lines() {
            self.push_line(line);
        }
        self
    }

    /// An empty line, unless the page begins or one is there.
    pub fn gap(&mut self) -> &mut Self {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
        self
    }

    /// A heading with an empty line before it.
    pub fn heading(&mut self, title: &str) -> &mut Self {
        self.gap().say(title)
    }

    /// Labels and what they say, aligned in two columns; pairs with an empty value are left out.
    pub fn pairs(&mut self, indent: usize, pairs: &[(&str, String)]) -> &mut Self {
        let shown: Vec<_> = pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
        let widest = shown.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
        for (label, value) in shown {
            let start = indent + widest + GAP;
            let lines = wrap(&clean(value), self.columns.saturating_sub(start));
            for (n, line) in lines.iter().enumerate() {
                let label = if n == 0 { *label } else { "" };
                self.push_line(&format!("{}{}{line}", " ".repeat(indent), pad(label, widest + GAP)));
            }
        }
        self
    }

    /// A table; columns that may wrap give way until it fits.
    pub fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) -> &mut Self {
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| clean(cell)).collect()).collect();
        let widths = fit(columns, &rows, self.columns);
        let titles: Vec<String> = columns.iter().map(|column| column.title.to_owned()).collect();
        for row in std::iter::once(&titles).chain(&rows) {
            self.row(row, &widths);
        }
        self
    }

    fn row(&mut self, cells: &[String], widths: &[usize]) {
        let wrapped: Vec<Vec<String>> =
            cells.iter().zip(widths).map(|(cell, columns)| wrap_cell(cell, *columns)).collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        for n in 0..height {
            let mut line = String::new();
            for (cell, columns) in wrapped.iter().zip(widths) {
                line.push_str(&pad(cell.get(n).map_or("", String::as_str), columns + GAP));
            }
            self.push_line(&line);
        }
    }

    fn push_line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

fn wrap_cell(cell: &str, columns: usize) -> Vec<String> {
    if width(cell) <= columns { vec![cell.to_owned()] } else { wrap(cell, columns) }
}

/// The least width a flexible column is squeezed to.
const LEAST_FLEXIBLE: usize = 8;

/// A width for each column, so that the sum with gaps stays within `total` where flexible columns allow.
fn fit(columns: &[Column], rows: &[Vec<String>], total: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = columns.iter().map(|column| width(column.title)).collect();
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(cell));
        }
    }
    let least: Vec<usize> = (0..columns.len()).map(|n| least_of(rows, n)).collect();
    let gaps = GAP * columns.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > total {
        let gives = columns.iter().zip(widths.iter_mut()).zip(&least);
        let gives = gives.filter(|((column, width), least)| column.flexible && **width > **least);
        match gives.map(|((_, width), _)| width).max() {
            Some(widest) => *widest -= 1,
            None => break,
        }
    }
    widths
}

/// The least width of a column: that of its longest word that is never broken.
fn least_of(rows: &[Vec<String>], column: usize) -> usize {
    let words = rows.iter().filter_map(|row| row.get(column)).flat_map(|cell| cell.split(' '));
    words.filter(|word| word.is_ascii()).map(width).max().unwrap_or(0).max(LEAST_FLEXIBLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_align_and_leave_out_what_is_not_there() {
        let mut page = Page::new(80);
        page.pairs(2, &[("name", "CMO".into()), ("kind", String::new()), ("agency", "agency1qq".into())]);
        assert_eq!(page.into_text(), "  name    CMO\n  agency  agency1qq\n");
    }

    #[test]
    fn a_table_fits_the_page_and_wraps_only_where_allowed() {
        let mut page = Page::new(40);
        let row =
            vec!["001122".to_owned(), "a service with a rather long name indeed".to_owned(), "offered".to_owned()];
        page.table(&[fixed("ID"), flexible("SERVICE"), fixed("STATE")], &[row]);
        let text = page.into_text();
        assert!(text.lines().all(|line| width(line) <= 40), "{text}");
        assert!(text.starts_with("ID      SERVICE"), "{text}");
        assert!(text.contains("001122  a service with a rather"), "{text}");
    }

    #[test]
    fn khmer_columns_line_up_by_width_not_by_bytes() {
        let mut page = Page::new(80);
        page.table(
            &[fixed("NAME"), fixed("AGE")],
            &[vec!["ពពក ដារា".into(), "8".into()], vec!["Dara".into(), "9".into()]],
        );
        let text = page.into_text();
        let ends: Vec<usize> = text.lines().map(width).collect();
        assert_eq!(ends[1], ends[2], "{text}");
    }

    #[test]
    fn gaps_do_not_pile_up() {
        let mut page = Page::new(80);
        page.gap().say("a").gap().gap().heading("b");
        assert_eq!(page.into_text(), "a\n\nb\n");
    }
}
