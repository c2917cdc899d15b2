//! What soon ends, told: in metrics all the time, in the log at each step.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::tls::{Ending, LiveKey, Trust, Warner, Warning, terms};

/// What was told.
#[derive(Debug, Default)]
pub struct Terms {
    warner: Warner,
    told: BTreeMap<(Ending, String), f64>,
}

impl Terms {
    /// Tells how long everything lasts, and warns of what is near its end.
    pub fn tell(&mut self, key: &LiveKey, trust: &Trust, now: Timestamp) {
        let terms = terms(key, trust);
        let mut left = BTreeMap::new();
        for term in &terms {
            let seconds = term.until.duration_since(now).as_secs_f64();
            let known = left.entry((term.what, term.name.clone())).or_insert(seconds);
            // Of several that bear one name the first to end counts.
            *known = known.min(seconds);
        }
        // A gauge cannot be taken back: what is no more has no number.
        let gone = self.told.keys().filter(|name| !left.contains_key(*name));
        gone.for_each(|name| gauge(name, f64::NAN));
        left.iter().for_each(|(name, seconds)| gauge(name, *seconds));
        self.told = left;
        self.warner.due(&terms, now).iter().for_each(warn);
    }
}

fn gauge((what, name): &(Ending, String), seconds: f64) {
    metrics::gauge!("dmp_expiry_seconds", "what" => what.word(), "name" => name.clone()).set(seconds);
}

fn warn(warning: &Warning) {
    let (what, name, until) = (warning.term.what.word(), warning.term.name.as_str(), warning.term.until.to_string());
    if warning.days == 0 {
        tracing::error!(expiry.what = what, expiry.name = name, expiry.until = until, "ended: renew it");
    } else {
        tracing::warn!(
            expiry.what = what,
            expiry.name = name,
            expiry.until = until,
            "ends within {} days: renew it",
            warning.days
        );
    }
}
