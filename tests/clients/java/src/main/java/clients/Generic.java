package clients;

import static clients.Story.must;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.SearchStyleEnum;
import ca.uhn.fhir.rest.client.apache.ApacheRestfulClientFactory;
import ca.uhn.fhir.rest.client.api.IClientInterceptor;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.IHttpRequest;
import ca.uhn.fhir.rest.client.api.IHttpResponse;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.gclient.DateClientParam;
import ca.uhn.fhir.rest.gclient.IQuery;
import ca.uhn.fhir.rest.gclient.TokenClientParam;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.message.BasicHeader;
import org.apache.http.util.EntityUtils;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * HAPI FHIR's generic client, in one encoding. Argument: `json` or `xml`. Environment: BASE (FHIR base), DEMO (the demonstration's
 * folder), DRAFTS (templates), ANSWERS (folder for answers), P12 (folder of the key stores), P12_PASSWORD.
 */
public final class Generic {
    private static final String ARCHIVED = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
    private static final String BASE = System.getenv("BASE");

    private final FhirContext context = FhirContext.forR4();
    private final EncodingEnum encoding;
    private final Story story;
    private final IGenericClient physician;
    private final IGenericClient specialist;
    private final IGenericClient holder;
    private final List<String> published = new ArrayList<>();
    private byte[] publishedText;
    private String submitted;
    private String replacing;
    private String url;

    private Generic(String encoding) throws Exception {
        this.encoding = EncodingEnum.forContentType("application/fhir+" + encoding);
        story = new Story("hapi-" + encoding);
        physician = client(Story.TREATING);
        specialist = client(Story.SPECIALIST);
        holder = client(Story.HOLDER);
    }

    public static void main(String[] arguments) throws Exception {
        System.exit(new Generic(arguments[0]).run() ? 0 : 1);
    }

    private boolean run() {
        story.run("capability", this::capability);
        story.run("publish-105", this::publish105);
        story.run("publish-65", this::publish65);
        story.run("replace", this::replace);
        story.run("search-paging", this::searchPaging);
        story.run("search-post", this::searchPost);
        story.run("read", this::read);
        story.run("retrieve", this::retrieve);
        story.run("patch", this::patch);
        story.run("consent", this::consent);
        story.run("access-log", this::accessLog);
        return !story.failed;
    }

    // ---- the clients

    private IGenericClient client(String name) throws Exception {
        // A context each: whatever factory makes a client, it sends its requests by that of its context.
        var factory = (ApacheRestfulClientFactory) FhirContext.forR4().getRestfulClientFactory();
        factory.setHttpClient(http(name));
        factory.setServerValidationMode(ServerValidationModeEnum.ONCE);
        IGenericClient client = factory.newGenericClient(BASE);
        client.setEncoding(encoding);
        client.registerInterceptor(new Keeper());
        return client;
    }

    private CloseableHttpClient http(String name) throws Exception {
        var made = HttpClients.custom().setSSLContext(tls(name));
        if (name.equals(Story.HOLDER)) {
            // The holder's front end names the holder by a token.
            made.setDefaultHeaders(List.of(new BasicHeader("Authorization", "Bearer " + story.token(name))));
        }
        return made.build();
    }

    private SSLContext tls(String name) throws GeneralSecurityException, IOException {
        char[] password = System.getenv("P12_PASSWORD").toCharArray();
        KeyStore own = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(java.nio.file.Path.of(System.getenv("P12"), name + ".p12"))) {
            own.load(file, password);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password);
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        try (InputStream file = Files.newInputStream(story.demo.resolve("pki/ca.pem"))) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                anchors.setCertificateEntry("anchor" + anchors.size(), certificate);
            }
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        var tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return tls;
    }

    /** Keeps every answer as it came. */
    private final class Keeper implements IClientInterceptor {
        @Override
        public void interceptRequest(IHttpRequest request) {}

        @Override
        public void interceptResponse(IHttpResponse response) throws IOException {
            response.bufferEntity();
            try (InputStream body = response.readEntity()) {
                if (body != null) {
                    story.keep(String.valueOf(response.getMimeType()), body.readAllBytes());
                }
            }
        }
    }

    // ---- the steps

    private void capability() {
        CapabilityStatement statement = physician.capabilities().ofType(CapabilityStatement.class).execute();
        must(statement.getFhirVersion().toCode().equals("4.0.1"), "another version of FHIR");
    }

    private void publish105() throws Exception {
        for (int turn = 0; turn < 3; turn++) {
            MethodOutcome outcome = physician.create().resource(draft(DocumentReference.class, "publication")).execute();
            must(Boolean.TRUE.equals(outcome.getCreated()), "not created");
            published.add(outcome.getId().getIdPart());
            publishedText = story.text;
        }
    }

    private void publish65() throws Exception {
        submitted = submit(draft(Bundle.class, "submission"));
    }

    private void replace() throws Exception {
        replacing = submit(story.draft(context, Bundle.class, "replacement", submitted));
        must(document(submitted).getStatus().toCode().equals("superseded"), "the old one is not superseded");
        must(document(replacing).getStatus().toCode().equals("current"), "the new one is not current");
    }

    private String submit(Bundle bundle) {
        Bundle answer = physician.transaction().withBundle(bundle).execute();
        must(answer.getType() == Bundle.BundleType.TRANSACTIONRESPONSE, "no transaction-response");
        return new IdType(answer.getEntry().get(1).getResponse().getLocation()).getIdPart();
    }

    private void searchPaging() {
        var ids = new ArrayList<String>();
        Bundle bundle = current(physician, 2).execute();
        int total = bundle.getTotal();
        int pages = 0;
        while (bundle != null) {
            must(++pages < 200, "the pages do not end");
            for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
                if (entry.getSearch().getMode() == Bundle.SearchEntryMode.MATCH) {
                    ids.add(entry.getResource().getIdElement().getIdPart());
                }
            }
            boolean ends = bundle.getLink(Bundle.LINK_NEXT) == null;
            bundle = ends ? null : physician.loadPage().next(bundle).execute();
        }
        must(pages > 1, "one page only");
        must(ids.size() == total && new HashSet<>(ids).size() == total, ids.size() + " matches, but a total of " + total);
        must(ids.containsAll(published) && ids.contains(replacing), "a document is missing");
        must(!ids.contains(submitted), "the superseded document is among the current");
    }

    private void searchPost() {
        must(current(physician, 2).usingStyle(SearchStyleEnum.POST).execute().getTotal() > 2, "too few");
    }

    private IQuery<Bundle> current(IGenericClient who, int count) {
        return who.search().forResource(DocumentReference.class)
            .where(patient()).and(new TokenClientParam("status").exactly().code("current"))
            .count(count).returnBundle(Bundle.class);
    }

    private ca.uhn.fhir.rest.gclient.ICriterion<?> patient() {
        return new TokenClientParam("patient.identifier").exactly().systemAndIdentifier(story.system, story.matricule);
    }

    private void read() {
        DocumentReference read = document(last());
        url = read.getContentFirstRep().getAttachment().getUrl();
        String version = read.getIdElement().getVersionIdPart();
        physician.read().resource(DocumentReference.class).withIdAndVersion(last(), version).execute();
        Bundle history = physician.history().onInstance("DocumentReference/" + last()).returnBundle(Bundle.class).execute();
        must(history.getType() == Bundle.BundleType.HISTORY, "no history");
    }

    private void retrieve() throws Exception {
        Binary binary = physician.fetchResourceFromUrl(Binary.class, url);
        must(Arrays.equals(binary.getData(), publishedText), "other bytes in the Binary than were filed");
        try (CloseableHttpClient http = http(Story.TREATING); CloseableHttpResponse answer = http.execute(new HttpGet(url))) {
            must(Arrays.equals(EntityUtils.toByteArray(answer.getEntity()), publishedText), "other bytes than were filed");
        }
    }

    /** By JSON Patch, or by FHIRPath Patch where the encoding is XML. */
    private void patch() throws Exception {
        var patch = physician.patch();
        var prepared = encoding == EncodingEnum.XML
            ? patch.withFhirPatch(archive())
            : patch.withBody(story.text("archive", ""));
        MethodOutcome outcome = prepared.withId("DocumentReference/" + last()).prefer(ca.uhn.fhir.rest.api.PreferReturnEnum.REPRESENTATION).execute();
        must(outcome.getResource() != null, "no resource came back");
        var archived = (BooleanType) document(last()).getExtension().get(0).getValue();
        must(archived.booleanValue(), "not archived");
    }

    private static Parameters archive() {
        var parameters = new Parameters();
        var operation = parameters.addParameter().setName("operation");
        operation.addPart().setName("type").setValue(new CodeType("replace"));
        operation.addPart().setName("path").setValue(new StringType("DocumentReference.extension.where(url='" + ARCHIVED + "').value"));
        operation.addPart().setName("value").setValue(new BooleanType(true));
        return parameters;
    }

    private void consent() throws Exception {
        must(isRefused(), "seen before any consent");
        MethodOutcome outcome = specialist.create().resource(draft(Consent.class, "consent")).execute();
        String id = outcome.getId().getIdPart();
        current(specialist, 1).execute();
        Bundle active = holder.search().forResource(Consent.class).where(patient())
            .and(new TokenClientParam("status").exactly().code("active")).returnBundle(Bundle.class).execute();
        Consent mine = active.getEntry().stream().map(entry -> (Consent) entry.getResource())
            .filter(one -> one.getIdElement().getIdPart().equals(id)).findFirst().orElseThrow();
        mine.setStatus(Consent.ConsentState.INACTIVE);
        holder.update().resource(mine).execute();
        must(isRefused(), "seen after the consent was withdrawn");
    }

    private boolean isRefused() {
        try {
            current(specialist, 1).execute();
            return false;
        } catch (ForbiddenOperationException refused) {
            return true;
        }
    }

    private void accessLog() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Bundle log = physician.search().forResource(AuditEvent.class).where(patient())
            .and(new DateClientParam("date").afterOrEquals().day(today.toString()))
            .and(new DateClientParam("date").beforeOrEquals().day(today.plusDays(1).toString()))
            .count(50).returnBundle(Bundle.class).execute();
        must(log.hasEntry(), "the log is empty");
        physician.read().resource(AuditEvent.class).withId(log.getEntryFirstRep().getResource().getIdElement().getIdPart()).execute();
    }

    private DocumentReference document(String id) {
        return physician.read().resource(DocumentReference.class).withId(id).execute();
    }

    private String last() {
        return published.get(published.size() - 1);
    }

    private <T extends IBaseResource> T draft(Class<T> type, String name) throws Exception {
        return story.draft(context, type, name, "");
    }
}
