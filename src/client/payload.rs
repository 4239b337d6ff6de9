//! The payload of a message: JSON text that is read when the program asks for it.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::value::RawValue;

use super::error::Error;

/// The payload of a message or a reply. A clone shares the text.
///
/// ```
/// use phoenix_presence::client::Payload;
///
/// #[derive(serde::Deserialize)]
/// struct Greeting {
///     text: String,
/// }
///
/// let payload = Payload::new(&serde_json::json!({ "text": "hello" }))?;
/// assert_eq!(payload.parse::<Greeting>()?.text, "hello");
/// assert_eq!(payload.as_json(), r#"{"text":"hello"}"#);
/// # Ok::<(), phoenix_presence::client::Error>(())
/// ```
#[derive(Clone)]
pub struct Payload(Arc<RawValue>);

impl Payload {
    /// A value as JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Payload`] if JSON cannot express the value, such as a map whose keys are
    /// not strings.
    pub fn new(value: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        let raw = serde_json::value::to_raw_value(value).map_err(unreadable)?;
        Ok(Self(raw.into()))
    }

    /// `{}`, what Phoenix expects where there is nothing to say.
    pub fn empty() -> Self {
        Self::of_text("{}")
    }

    /// The payload of a join or a push. Phoenix expects an object, so that nothing (`()`,
    /// which JSON writes as `null`) is an empty one.
    pub(crate) fn of_params(params: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        let payload = Self::new(params)?;
        match payload.as_json() {
            "null" => Ok(Self::empty()),
            _ => Ok(payload),
        }
    }

    /// Text that is known to be JSON.
    fn of_text(json: &'static str) -> Self {
        let raw: &RawValue = serde_json::from_str(json).expect("the text is a JSON literal");
        Self(raw.to_owned().into())
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// Reads a value of a type of your own, or a [`serde_json::Value`].
    ///
    /// # Errors
    ///
    /// [`Error::Payload`], with the place and the expectation as serde_json reports them.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(self.as_json()).map_err(unreadable)
    }

    pub(crate) fn raw(&self) -> &RawValue {
        &self.0
    }
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Payload(error.to_string())
}

impl From<Box<RawValue>> for Payload {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw.into())
    }
}

impl PartialEq for Payload {
    /// Whether the texts are equal.
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}
