package clients;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** What a run of one client needs: the cast, the drafts, where answers are kept, and how steps are told. */
final class Story {
    static final String TREATING = "treating-physician";
    static final String SPECIALIST = "outside-specialist";
    static final String HOLDER = "ens";

    /** What a step does. */
    interface Step {
        void run() throws Exception;
    }

    final String client;
    final Path demo = Path.of(System.getenv("DEMO"));
    final String system;
    final String matricule;
    /** The bytes of the last document drafted. */
    byte[] text;
    boolean failed;
    String step = "start";

    private final Path answers;
    private final JsonNode cast;
    private int kept;

    Story(String client) throws IOException {
        this.client = client;
        answers = Files.createDirectories(Path.of(System.getenv("ANSWERS"), client));
        cast = new ObjectMapper().readTree(demo.resolve("cast.json").toFile());
        JsonNode open = of("holders", "open");
        system = open.get("ins_system").asText();
        matricule = open.get("ins").asText();
    }

    private JsonNode of(String group, String name) {
        for (JsonNode one : cast.get(group)) {
            if (one.get("name").asText().equals(name)) {
                return one;
            }
        }
        throw new IllegalArgumentException(name + " is not in the cast");
    }

    /** The token by which a caller names the holder. */
    String token(String caller) throws IOException {
        return Files.readString(demo.resolve(of("callers", caller).get("tokens").get("open").asText())).trim();
    }

    /** A filled template, as a resource of the model. */
    <T extends IBaseResource> T draft(FhirContext context, Class<T> type, String name, String replaced)
            throws IOException, GeneralSecurityException {
        return context.newJsonParser().parseResource(type, text(name, replaced));
    }

    /** A filled template. */
    String text(String name, String replaced) throws IOException, GeneralSecurityException {
        String filled = Files.readString(Path.of(System.getenv("DRAFTS"), name + ".json"));
        for (Map.Entry<String, String> value : values(replaced).entrySet()) {
            filled = filled.replace("@" + value.getKey() + "@", value.getValue());
        }
        return filled;
    }

    private Map<String, String> values(String replaced) throws GeneralSecurityException {
        text = ("document " + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
        var values = new LinkedHashMap<String, String>();
        values.put("client", client);
        values.put("ins_system", system);
        values.put("ins", matricule);
        values.put("author", of("callers", TREATING).get("ps_idnat").asText());
        values.put("specialist", of("callers", SPECIALIST).get("ps_idnat").asText());
        values.put("structure", of("callers", SPECIALIST).get("structure").asText());
        values.put("unique_id", oid());
        values.put("set_id", oid());
        values.put("now", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        values.put("data", Base64.getEncoder().encodeToString(text));
        values.put("size", Integer.toString(text.length));
        values.put("hash", Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text)));
        for (String urn : new String[] {"list", "document", "binary", "update"}) {
            values.put("urn_" + urn, UUID.randomUUID().toString());
        }
        values.put("replaced", replaced);
        return values;
    }

    private static String oid() {
        return "urn:oid:2.25." + new BigInteger(UUID.randomUUID().toString().replace("-", ""), 16);
    }

    /** Keeps an answer as it came. */
    void keep(String type, byte[] body) throws IOException {
        String ending = type.contains("json") ? "json" : type.contains("fhir+xml") ? "xml" : null;
        if (ending != null) {
            kept++;
            Files.write(answers.resolve(String.format("%s-%03d.%s", step, kept, ending)), body);
        }
    }

    /** Runs a step apart, so that one failure hides no other, and prints its line. */
    void run(String name, Step what) {
        step = name;
        String told = "ok";
        try {
            what.run();
        } catch (Exception | AssertionError fault) {
            failed = true;
            String words = (fault + " " + answerOf(fault)).replaceAll("\\s+", " ");
            told = "FAILED " + words.substring(0, Math.min(words.length(), 2500));
        }
        System.out.printf("%-16s %-16s %s%n", client, name, told);
    }

    private static String answerOf(Throwable fault) {
        return fault instanceof ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException refused
            ? refused.getResponseBody() : "at " + fault.getStackTrace()[0];
    }

    static void must(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
