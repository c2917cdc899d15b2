"""Takes out of a CycloneDX bill of materials what is not compiled, and checks the rest: bill.py BILL SPEC TREE.

TREE has the lines of `cargo tree --format '{p}|{l}'`: what is compiled. The bill is made from `cargo metadata`, which resolves optional
parts too that only tests or other platforms switch on.
"""

import json
import re
import sys

bill, spec, tree = json.load(open(sys.argv[1])), sys.argv[2], open(sys.argv[3]).read().splitlines()
faults = []


def demand(holds, fault):
    if not holds:
        faults.append(fault)


demand(bill.get("bomFormat") == "CycloneDX", "it is no CycloneDX")
demand(bill.get("specVersion") == spec, f"its version is {bill.get('specVersion')}, not {spec}")
demand(isinstance(bill.get("version"), int), "it has no version of its own")
demand(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill.get("serialNumber", "urn:uuid:" + "0" * 36)), "its serial number is no UUID")

whole = bill.get("metadata", {}).get("component", {})
demand(whole.get("name") == "dmp-gateway" and whole.get("version"), "it does not say what it is the bill of")

wanted = {}
for line in tree:
    crate, licence = line.split("|", 1)
    name, version = crate.split(" ")[:2]
    if name != "dmp-gateway":
        wanted[f"{name} {version.lstrip('v')}"] = licence
demand(len(wanted) > 100, "the tree of dependencies is not whole")

surplus = [one for one in bill.get("components", []) if f"{one['name']} {one['version']}" not in wanted]
gone = {one["bom-ref"] for one in surplus}
bill["components"] = [one for one in bill.get("components", []) if one["bom-ref"] not in gone]
bill["dependencies"] = [one for one in bill.get("dependencies", []) if one["ref"] not in gone]
for dependency in bill["dependencies"]:
    dependency["dependsOn"] = [reference for reference in dependency.get("dependsOn", []) if reference not in gone]
with open(sys.argv[1], "w") as out:
    json.dump(bill, out, indent=2)
    out.write("\n")

components = bill["components"]
known = {}
for component in components:
    at = f"{component.get('name')} {component.get('version')}"
    demand(component.get("type") == "library", f"{at} is no library")
    demand(str(component.get("purl", "")).startswith("pkg:cargo/"), f"{at} has no address (purl)")
    demand(component.get("licenses"), f"{at} has no licence")
    demand(component.get("hashes") or "registry" not in str(component.get("bom-ref")), f"{at} has no hash")
    known[at] = component["bom-ref"]
demand(len(known) == len(components), "a component stands twice")

for at in sorted(set(wanted) - set(known)):
    demand(False, f"{at} is in the product and not in the bill")

references = set(known.values()) | {whole.get("bom-ref")}
for dependency in bill.get("dependencies", []):
    for reference in [dependency["ref"], *dependency.get("dependsOn", [])]:
        demand(reference in references, f"{reference} is depended upon and not in the bill")
demand({one["ref"] for one in bill.get("dependencies", [])} == references, "not everything says what it depends on")

for fault in faults:
    print(f"FAILED {fault}")
if not faults:
    licences = {licence for licence in wanted.values()}
    print(f"ok     {len(components)} components of the product, {len(licences)} licence terms, CycloneDX {spec}; taken out: {len(surplus)}")
sys.exit(1 if faults else 0)
