package clients;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.StructureDefinition;

/** Stand-ins for profiles that no package holds: the bare type, without rules of its own. */
final class Standins extends PrePopulatedValidationSupport {
    private static final String CORE = "http://hl7.org/fhir/StructureDefinition/";
    private static final String VERSION = "|4.0.1";

    private final DefaultProfileValidationSupport core;

    /** The table has a profile and its type on each line. */
    Standins(FhirContext context, DefaultProfileValidationSupport core, Path table) throws IOException {
        super(context);
        this.core = core;
        for (String line : Files.readAllLines(table)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split("\t");
                addStructureDefinition(standIn(parts[0], parts[1]));
            }
        }
    }

    /** The guides name R4's own definitions with their version too, under which HAPI does not keep them. */
    @Override
    public IBaseResource fetchStructureDefinition(String url) {
        if (url.startsWith(CORE) && url.endsWith(VERSION)) {
            return core.fetchStructureDefinition(url.substring(0, url.length() - VERSION.length()));
        }
        return super.fetchStructureDefinition(url);
    }

    private StructureDefinition standIn(String url, String type) {
        StructureDefinition bare = ((StructureDefinition) core.fetchStructureDefinition(CORE + type)).copy();
        bare.setUrl(url).setVersion(null).setName("StandIn").setBaseDefinition(CORE + type);
        bare.setDerivation(StructureDefinition.TypeDerivationRule.CONSTRAINT);
        bare.setId(url.substring(url.lastIndexOf('/') + 1));
        return bare;
    }
}
