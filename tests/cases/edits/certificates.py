"""Certificates: names gained and lost, exchanged, shared, out of place."""

from __future__ import annotations

from casebook import Edit, case
from sites import STATIC, Site, add, alias, certify, change, cname, component, option, remove, secured, serve

__all__: list[str] = []

INDEX, DOC, WILD = "index.example.org", "doc.example.org", "*.example.org"
ELSEWHERE = ("--external", "elsewhere.example.net")


@case("the alias waits for the certificate that gains its name")
def certificate_and_alias_gain_a_name(site: Site) -> Edit:
    yield
    certify(site, "cert", STATIC, INDEX)
    change(site, "cdn", aliases=[STATIC, INDEX])


@case("two names at once are one certificate")
def certificate_gains_two_names(site: Site) -> Edit:
    yield
    certify(site, "cert", STATIC, INDEX, DOC)


@case(
    "the headline: a new name on the certificate and its new record, which no alias answers",
    changes=2,
    rules=("hostname-dark",),
    hostnames={INDEX: "dark"},
)
def certificate_gains_a_name_and_its_record_is_added(site: Site) -> Edit:
    yield
    certify(site, "cert", STATIC, INDEX)
    cname(site, "index", INDEX)


@case("the same with the alias: it goes with the certificate, not with the record", changes=2, hostnames={INDEX: "new"})
def certificate_alias_and_record_of_a_new_name(site: Site) -> Edit:
    yield
    certify(site, "cert", STATIC, INDEX)
    change(site, "cdn", aliases=[STATIC, INDEX])
    cname(site, "index", INDEX)


@case("the alias is of another name than the certificate gains", changes=2, aws=("InvalidViewerCertificate",))
def certificate_gains_one_name_and_the_distribution_another(site: Site) -> Edit:
    yield
    certify(site, "cert", STATIC, INDEX)
    change(site, "cdn", aliases=[STATIC, DOC])


@case("a wildcard on the certificate covers the alias")
def certificate_gains_a_wildcard_and_the_distribution_a_name_under_it(site: Site) -> Edit:
    yield
    certify(site, "cert", STATIC, WILD)
    change(site, "cdn", aliases=[STATIC, INDEX])


@case("the validation record of the lost name follows from the certificate")
def certificate_loses_a_name(site: Site) -> Edit:
    certify(site, "cert", STATIC, INDEX)
    yield
    certify(site, "cert", STATIC)
    # Written out: a list that is left out keeps the names there are, and its proofs would be missing.
    change(site, "cert", subject_alternative_names=[STATIC])
    remove(site, "proof-index")


@case(
    "a name goes from certificate, alias and DNS: the record is a change of its own",
    changes=2,
    rules=("hostname-retired",),
    hostnames={INDEX: "retired"},
)
def name_taken_out_everywhere(site: Site) -> Edit:
    certify(site, "cert", STATIC, INDEX)
    change(site, "cdn", aliases=[STATIC, INDEX])
    alias(site, "index", INDEX)
    yield
    certify(site, "cert", STATIC)
    change(site, "cert", subject_alternative_names=[STATIC])
    change(site, "cdn", aliases=[STATIC])
    remove(site, "proof-index", "index")


@case("a certificate component is one thing: its names and the TTL of its proofs")
def certificate_component_edited_twice(site: Site) -> Edit:
    component(site, "tls", "cert", "proof-static", "issued")
    yield
    certify(site, "cert", STATIC, INDEX)
    component(site, "tls", "cert", "proof-static", "proof-index", "issued")
    change(site, "proof-static", ttl=300)
    change(site, "proof-index", ttl=300)


@case("a component that holds everything joins nothing", changes=2, args=ELSEWHERE, hostnames={INDEX: "new"})
def component_that_holds_everything(site: Site) -> Edit:
    component(site, "service", *site)
    yield
    certify(site, "cert", STATIC, INDEX)
    cname(site, "index", INDEX, "elsewhere.example.net")
    component(site, "service", *(name for name in site if name != "service"))


@case("nested components: the inner ones count, the outer one does not", changes=2, args=ELSEWHERE,
      hostnames={INDEX: "new"})  # fmt: skip
def concerns_inside_one_service_component(site: Site) -> Edit:
    component(site, "service")
    component(site, "tls", "cert", "proof-static", "issued", parent="service")
    component(site, "names", "static", parent="service")
    yield
    certify(site, "cert", STATIC, INDEX)
    cname(site, "index", INDEX, "elsewhere.example.net")
    component(site, "tls", "cert", "proof-static", "proof-index", "issued", parent="service")
    component(site, "names", "static", "index", parent="service")


@case(
    "the certificate loses the served name",
    rules=("hostname-dark",),
    aws=("InvalidViewerCertificate",),
    hostnames={STATIC: "dark"},
)
def certificate_no_longer_covers_an_alias(site: Site) -> Edit:
    yield
    change(site, "cert", domain_name="other.example.org")


@case("a new distribution takes a pending certificate", aws=("InvalidViewerCertificate",))
def certificate_not_awaited(site: Site) -> Edit:
    yield
    add(site, "certificate", "new", domain_name="new.example.com", validation_method="DNS")
    pending = {**secured("issued"), "acm_certificate_arn": "${new.arn}"}
    serve(site, "new-cdn", ["new.example.com"], viewer_certificate=pending)


@case(
    "the distribution still serves with the one that goes: AWS stops the apply, and the plan asks for the dark",
    rules=("hostname-dark",),
    aws=("ResourceInUseException",),
    hostnames={STATIC: "dark"},
)
def certificate_replaced_delete_first(site: Site) -> Edit:
    option(site, "cert", delete_before_replace=True)
    yield
    certify(site, "cert", STATIC, INDEX)
    option(site, "cert", delete_before_replace=True)


def twin(site: Site) -> None:
    """A second certificate for the same name: ACM gives both the same validation record."""
    certify(site, "twin-cert", STATIC)
    change(site, "twin-proof-static", allow_overwrite=True)
    option(site, "twin-proof-static", depends_on=["proof-static"])  # Of two that write it the second may overwrite it.


@case("two certificates share the validation record that goes with one of them", rules=("double-claim",))
def validation_record_shared(site: Site) -> Edit:
    twin(site)
    yield
    remove(site, "twin-issued", "twin-proof-static", "twin-cert")


@case("the validation record goes, and with it the next renewal", rules=("double-claim",))
def validation_record_removed(site: Site) -> Edit:
    yield
    change(site, "issued", validation_record_fqdns=None)
    remove(site, "proof-static")


@case("a second certificate for the name writes the same validation record again")
def twin_certificate_added(site: Site) -> Edit:
    yield
    twin(site)


@case("another certificate takes over, and the old one goes: an addition and a removal", changes=2)
def certificate_exchanged(site: Site) -> Edit:
    yield
    certify(site, "wide-cert", WILD)
    change(site, "cdn", viewer_certificate=secured("wide-issued"))
    remove(site, "issued", "proof-static", "cert")


@case("another certificate takes over, and the old one stays")
def certificate_exchanged_and_kept(site: Site) -> Edit:
    yield
    certify(site, "wide-cert", WILD)
    change(site, "cdn", viewer_certificate=secured("wide-issued"))


@case("another key algorithm issues the certificate anew")
def certificate_key_algorithm_changed(site: Site) -> Edit:
    yield
    change(site, "cert", key_algorithm="EC_prime256v1")


@case("CloudFront takes certificates of us-east-1 alone", aws=("InvalidViewerCertificate",))
def certificate_outside_us_east_1(site: Site) -> Edit:
    add(site, "provider", "ireland", region="eu-west-1")
    certify(site, "irish-cert", DOC)
    option(site, "irish-cert", provider="ireland")
    option(site, "irish-issued", provider="ireland")
    yield
    serve(site, "second", [DOC], issued="irish-issued")


@case("a certificate that nothing uses goes")
def spare_certificate_removed(site: Site) -> Edit:
    certify(site, "spare-cert", DOC)
    yield
    remove(site, "spare-issued", "spare-proof-doc", "spare-cert")
