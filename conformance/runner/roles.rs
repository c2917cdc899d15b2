//! Who calls, and whose records there are: names of the cases, mapped to certificates and identifiers of the server's test identities.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

use super::Fault;

/// The file `roles.toml`; paths are relative to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// The rule set in force, `pdsm` or `dmp`; cases of the other are left out. Where it is not told, such cases are left out too.
    #[serde(default)]
    pub rule_set: Option<String>,
    /// Who calls.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// Whose records there are.
    #[serde(default)]
    pub holders: BTreeMap<String, Holder>,
}

/// Someone who calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The chain, PEM, leaf first.
    pub certificate: PathBuf,
    /// The private key, PEM.
    pub key: PathBuf,
    /// PS_IdNat of a person.
    #[serde(default)]
    pub ps: Option<String>,
    /// Struct_IdNat.
    #[serde(default)]
    pub structure: Option<String>,
    /// Files of the tokens with which it calls, each by the name of the holder for whom it is; `open` where a request names no holder.
    #[serde(default)]
    pub tokens: BTreeMap<String, PathBuf>,
}

/// A holder of a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// The system of the national health identity.
    pub system: String,
    /// The matricule.
    pub ins: String,
}

impl Roles {
    /// Reads `roles.toml`.
    ///
    /// # Errors
    /// It cannot be read, or is not of that form.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let text = fs::read_to_string(path).map_err(|error| Fault::at(path.display(), error))?;
        let mut roles: Self = toml::from_str(&text).map_err(|error| Fault::at(path.display(), error))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for role in roles.roles.values_mut() {
            role.certificate = folder.join(&role.certificate);
            role.key = folder.join(&role.key);
            for token in role.tokens.values_mut() {
                *token = folder.join(&*token);
            }
        }
        Ok(roles)
    }

    /// Reads the `cast.json` of a demonstration's folder.
    ///
    /// # Errors
    /// It cannot be read, or is not of that form.
    pub fn of_demo(folder: &Path) -> Result<Self, Fault> {
        let path = folder.join("cast.json");
        let wrong = |error: &dyn std::fmt::Display| Fault::at(path.display(), error);
        let text = fs::read_to_string(&path).map_err(|error| wrong(&error))?;
        let cast: Value = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
        let people = |list: &str| cast.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
        let mut roles: BTreeMap<_, _> = people("callers").iter().filter_map(|caller| role(folder, caller)).collect();
        roles.insert("server".to_owned(), server(folder));
        let holders = people("holders").iter().filter_map(holder).collect();
        let config = fs::read_to_string(folder.join("gateway.toml")).unwrap_or_default();
        let config: toml::Table = toml::from_str(&config).map_err(|error| wrong(&error))?;
        let rule_set = config.get("rule_set").and_then(toml::Value::as_str).map(str::to_owned);
        Ok(Self { rule_set, roles, holders })
    }

    /// What no report may tell, each with what stands in its place, the longest first.
    pub fn personal(&self) -> Vec<(String, String)> {
        let holders = self.holders.iter().map(|(name, holder)| (holder.ins.clone(), format!("<ins.{name}>")));
        let people = self.roles.iter().filter_map(|(name, role)| Some((role.ps.clone()?, name)));
        // A professional's number is PS_IdNat without the digit that tells its kind.
        let people = people.flat_map(|(id, name)| {
            let bare = id.get(1..).filter(|bare| bare.len() == 11).map(str::to_owned);
            [Some(id), bare].into_iter().flatten().map(move |id| (id, format!("<ps.{name}>")))
        });
        let mut all: Vec<(String, String)> = holders.chain(people).filter(|(id, _)| id.len() > 5).collect();
        all.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
        all
    }
}

fn member(of: &Value, name: &str) -> Option<String> {
    of.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn role(folder: &Path, caller: &Value) -> Option<(String, Role)> {
    let file = |name: &str| member(caller, name).map(|path| folder.join(path));
    let role = Role {
        certificate: file("certificate")?,
        key: file("key")?,
        ps: member(caller, "ps_idnat"),
        structure: member(caller, "structure"),
        tokens: tokens(folder, caller),
    };
    Some((member(caller, "name")?, role))
}

fn tokens(folder: &Path, caller: &Value) -> BTreeMap<String, PathBuf> {
    let told = caller.get("tokens").and_then(Value::as_object);
    let place = |(name, path): (&String, &Value)| Some((name.clone(), folder.join(path.as_str()?)));
    told.into_iter().flatten().filter_map(place).collect()
}

/// The server's own certificate, which is none of a caller.
fn server(folder: &Path) -> Role {
    Role {
        certificate: folder.join("pki/server.pem"),
        key: folder.join("pki/server.key"),
        ps: None,
        structure: None,
        tokens: BTreeMap::new(),
    }
}

fn holder(holder: &Value) -> Option<(String, Holder)> {
    Some((member(holder, "name")?, Holder { system: member(holder, "ins_system")?, ins: member(holder, "ins")? }))
}
