//! Drawings as PNG.
//!
//! Letters are drawn with the font that is compiled in (`DejaVu` Sans; Latin, Greek, Cyrillic, arrows, signs), so that a
//! picture is the same on every machine; what it has no letter for is left out.

use resvg::{tiny_skia, usvg};
use std::sync::Arc;

const FONT: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");

/// The most pixels of a picture.
const MOST_PIXELS: u64 = 100_000_000;

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoPicture {
    /// The drawing is none.
    #[error("the drawing cannot be read: {0}")]
    Drawing(String),
    /// It would be too large, or nothing.
    #[error("the picture would have {0} by {1} pixels")]
    Size(u64, u64),
    /// It could not be written.
    #[error("the picture cannot be encoded: {0}")]
    Encoding(String),
}

/// Draws an SVG file, `scale` pixels a unit.
///
/// # Errors
/// [`NoPicture`].
///
/// # Example
/// ```
/// let drawing = r#"<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>"#;
/// let picture = deterra_render::png::png(drawing, 2)?;
/// assert_eq!(&picture[..4], b"\x89PNG");
/// # Ok::<(), deterra_render::png::NoPicture>(())
/// ```
pub fn png(svg: &str, scale: u32) -> Result<Vec<u8>, NoPicture> {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(FONT.to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    let options = usvg::Options {
        font_family: "DejaVu Sans".to_owned(),
        fontdb: Arc::new(fonts),
        ..usvg::Options::default()
    };
    let drawing = |error: usvg::Error| NoPicture::Drawing(error.to_string());
    let tree = usvg::Tree::from_str(svg, &options).map_err(drawing)?;
    let size = tree.size().to_int_size();
    let [width, height] =
        [size.width(), size.height()].map(|side| u64::from(side) * u64::from(scale));
    let refused = || NoPicture::Size(width, height);
    if width.saturating_mul(height) > MOST_PIXELS {
        return Err(refused());
    }
    let mut picture = tiny_skia::Pixmap::new(width as u32, height as u32).ok_or_else(refused)?;
    let factor = scale as f32;
    let transform = tiny_skia::Transform::from_scale(factor, factor);
    resvg::render(&tree, transform, &mut picture.as_mut());
    let encoded = picture.encode_png();
    encoded.map_err(|error| NoPicture::Encoding(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A red square with a letter on it: the letter is there, and the corners are red.
    #[test]
    fn shapes_and_letters_are_drawn() {
        let drawing = |text: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"20\" font-family=\"sans-serif\"><rect width=\"20\" height=\"20\" fill=\"#ff0000\"/><text x=\"4\" y=\"16\" font-size=\"16\" fill=\"#000000\">{text}</text></svg>"
            )
        };
        let read = |text: &str| {
            let picture = png(&drawing(text), 2).expect("a picture");
            tiny_skia::Pixmap::decode_png(&picture).expect("a PNG")
        };
        let picture = read("π");
        assert_eq!((picture.width(), picture.height()), (40, 40));
        let corner = picture.pixel(0, 39).expect("inside");
        assert_eq!(
            (corner.red(), corner.green(), corner.alpha()),
            (255, 0, 255)
        );
        let dark = |picture: &tiny_skia::Pixmap| {
            let pixels = picture.pixels().iter();
            pixels.filter(|pixel| pixel.red() < 64).count()
        };
        assert!(dark(&picture) > 20, "{}", dark(&picture));
        assert_eq!(dark(&read("")), 0);
    }

    #[test]
    fn what_cannot_be_drawn_is_said() {
        assert!(matches!(png("<svg", 1), Err(NoPicture::Drawing(_))));
        let vast = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1e6" height="1e6"/>"#;
        assert!(matches!(png(vast, 1), Err(NoPicture::Size(..))));
    }
}
