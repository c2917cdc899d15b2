package clients;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.NpmPackageValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.ListResource;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;

/**
 * Validates every answer that the clients kept, by HAPI's FhirInstanceValidator: against R4, against the profiles that each resource
 * claims, and against those that are expected of its kind. Fails on any error that no line of the list of exceptions explains.
 *
 * <p>Arguments: the folder of answers, the folder of the project's profiles, the list of exceptions (beside which lies the list of
 * stand-ins), the folder of packages (which is on the class path too).
 */
public final class Validate {
    private static final String PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/";
    private static final String CDS = "https://interop.esante.gouv.fr/ig/fhir/cds/StructureDefinition/";
    private static final String MHD = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/";

    /** What the validator says of a profile of a guide that is not there. */
    private static final Pattern ABSENT = Pattern.compile(
        "Failed to retrieve profile with url=https://(interop\\.esante\\.gouv\\.fr|profiles\\.ihe\\.net)/"
            + "|^Profile reference 'https://(interop\\.esante\\.gouv\\.fr|profiles\\.ihe\\.net)/[^']*' has not been checked");

    /** An error that is explained: it comes at a place and with a text of these patterns. */
    private record Excuse(Pattern place, Pattern text, String reason, int[] times) {}

    private final FhirContext context = FhirContext.forR4();
    private final FhirValidator validator;
    private final List<Excuse> excuses;
    private final boolean withPackages;
    private final Map<String, List<String>> unexplained = new LinkedHashMap<>();
    private final Map<String, Integer> judged = new TreeMap<>();
    private int proven;
    private int warnings;
    private int unjudged;
    private int uncheckedCodes;

    private Validate(Path profiles, Path exceptions, Path packages) throws IOException {
        excuses = excuses(exceptions);
        withPackages = Files.isDirectory(packages);
        var chain = new ValidationSupportChain();
        var core = new DefaultProfileValidationSupport(context);
        chain.addValidationSupport(core);
        chain.addValidationSupport(new Standins(context, core, exceptions.resolveSibling("standins.tsv")));
        chain.addValidationSupport(own(profiles));
        if (withPackages) {
            chain.addValidationSupport(installed(packages));
        }
        chain.addValidationSupport(new CommonCodeSystemsTerminologyService(context));
        chain.addValidationSupport(new InMemoryTerminologyServerValidationSupport(context));
        chain.addValidationSupport(new SnapshotGeneratingValidationSupport(context));
        var module = new FhirInstanceValidator(chain);
        // Without the guides their profiles and extensions are unknown, which is no fault of the answers.
        module.setAnyExtensionsAllowed(!withPackages);
        module.setErrorForUnknownProfiles(withPackages);
        module.setNoTerminologyChecks(false);
        validator = context.newValidator().registerValidatorModule(module);
    }

    public static void main(String[] arguments) throws IOException {
        var judge = new Validate(Path.of(arguments[1]), Path.of(arguments[2]), Path.of(arguments[3]));
        List<Path> files;
        try (Stream<Path> walk = Files.walk(Path.of(arguments[0]))) {
            files = walk.filter(Files::isRegularFile).filter(file -> file.toString().matches(".*\\.(json|xml)")).sorted().toList();
        }
        for (Path file : files) {
            judge.file(Path.of(arguments[0]).relativize(file).toString(), Files.readString(file));
        }
        System.exit(judge.conclude() ? 0 : 1);
    }

    private PrePopulatedValidationSupport own(Path profiles) throws IOException {
        var support = new PrePopulatedValidationSupport(context);
        IParser parser = context.newJsonParser();
        try (Stream<Path> files = Files.walk(profiles)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
                IBaseResource resource = parser.parseResource(Files.readString(file));
                switch (resource.fhirType()) {
                    case "StructureDefinition" -> support.addStructureDefinition(whole((StructureDefinition) resource));
                    case "CodeSystem" -> support.addCodeSystem(resource);
                    case "ValueSet" -> support.addValueSet(resource);
                    default -> support.addResource(resource);
                }
            }
        }
        return support;
    }

    /** The project's profiles tell only what they bound; HAPI makes the whole snapshot of that. */
    private static StructureDefinition whole(StructureDefinition profile) {
        if (profile.hasDifferential()) {
            return profile;
        }
        profile.getSnapshot().getElement().forEach(element -> profile.getDifferential().addElement(element));
        return profile.setSnapshot(null);
    }

    private NpmPackageValidationSupport installed(Path packages) throws IOException {
        var support = new NpmPackageValidationSupport(context);
        try (Stream<Path> files = Files.list(packages)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".tgz")).sorted().toList()) {
                support.loadPackageFromClasspath("classpath:" + file.getFileName());
            }
        }
        return support;
    }

    private static List<Excuse> excuses(Path file) throws IOException {
        var excuses = new ArrayList<Excuse>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split("\t");
            if (parts.length != 3) {
                throw new IOException("an exception is place, text and reason, parted by tabs: " + line);
            }
            excuses.add(new Excuse(Pattern.compile(parts[0]), Pattern.compile(parts[1]), parts[2], new int[1]));
        }
        return excuses;
    }

    private void file(String name, String text) {
        IParser parser = name.endsWith(".xml") ? context.newXmlParser() : context.newJsonParser();
        Resource resource;
        try {
            resource = (Resource) parser.parseResource(text);
        } catch (DataFormatException unreadable) {
            unexplained.computeIfAbsent("\tcannot be read: " + unreadable.getMessage(), key -> new ArrayList<>()).add(name);
            return;
        }
        judge(name, text, expected(resource));
        if (resource instanceof Bundle bundle) {
            // What entries claim was judged with the Bundle; what is expected of them was not.
            int index = 0;
            for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
                if (entry.getResource() != null && !expected(entry.getResource()).isEmpty()) {
                    String inner = context.newJsonParser().encodeResourceToString(entry.getResource());
                    prove(entry.getResource());
                    judge(name + " entry " + index, inner, expected(entry.getResource()));
                }
                index++;
            }
        }
    }

    /** A judge that finds nothing proves nothing: one answer is broken in two ways, each of which must be found. */
    private void prove(Resource resource) {
        if (proven > 0 || !(resource instanceof DocumentReference document)) {
            return;
        }
        DocumentReference typeless = document.copy().setType(null);
        DocumentReference hashless = document.copy();
        hashless.getContentFirstRep().getAttachment().setHashElement(null);
        for (DocumentReference broken : List.of(typeless, hashless)) {
            var options = new ValidationOptions();
            expected(broken).forEach(options::addProfile);
            String text = context.newJsonParser().encodeResourceToString(broken);
            if (validator.validateWithResult(text, options).isSuccessful()) {
                unexplained.computeIfAbsent("\tthe validator finds nothing in a broken document", key -> new ArrayList<>()).add("itself");
            }
            proven++;
        }
    }

    /** The profiles that an answer of this kind follows, beside those that it claims. */
    private List<String> expected(Resource resource) {
        if (!withPackages) {
            return List.of();
        }
        if (resource instanceof ListResource list) {
            return List.of(PDSM + (is(list.getCode(), "folder") ? "pdsm-folder-comprehensive" : "pdsm-submissionset-comprehensive"));
        }
        if (resource instanceof Bundle bundle) {
            return expectedOf(bundle);
        }
        return switch (resource.fhirType()) {
            case "DocumentReference" -> List.of(PDSM + "pdsm-comprehensive-document-reference");
            case "CareTeam" -> List.of(CDS + "cds-ihe-careteam");
            default -> List.of();
        };
    }

    private static List<String> expectedOf(Bundle bundle) {
        if (bundle.getType() == Bundle.BundleType.TRANSACTIONRESPONSE) {
            return List.of(MHD + "IHE.MHD.ProvideDocumentBundleResponse");
        }
        if (bundle.getType() != Bundle.BundleType.SEARCHSET) {
            return List.of();
        }
        String first = bundle.getEntry().isEmpty() || bundle.getEntryFirstRep().getResource() == null
            ? "" : bundle.getEntryFirstRep().getResource().fhirType();
        return switch (first) {
            case "DocumentReference" -> List.of(MHD + "IHE.MHD.FindDocumentReferencesComprehensiveResponseMessage");
            case "List" -> List.of(MHD + "IHE.MHD.FindDocumentListsResponseMessage");
            default -> List.of();
        };
    }

    private static boolean is(CodeableConcept concept, String code) {
        return concept.getCoding().stream().anyMatch(coding -> code.equals(coding.getCode()));
    }

    private void judge(String name, String text, List<String> profiles) {
        var options = new ValidationOptions();
        profiles.forEach(options::addProfile);
        judged.merge(text.contains("<") && !text.startsWith("{") ? "XML" : "JSON", 1, Integer::sum);
        for (SingleValidationMessage message : validator.validateWithResult(text, options).getMessages()) {
            if (!withPackages && ABSENT.matcher(message.getMessage()).find()) {
                unjudged++;
            } else if (message.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal()) {
                weigh(name, message);
            } else if (message.getSeverity() == ResultSeverityEnum.WARNING) {
                warnings++;
                uncheckedCodes += message.getMessage().matches("(?is).*(code ?system|value ?set).*") ? 1 : 0;
            }
        }
    }

    private void weigh(String name, SingleValidationMessage message) {
        String place = message.getLocationString() == null ? "" : message.getLocationString();
        for (Excuse excuse : excuses) {
            if (excuse.place.matcher(place).find() && excuse.text.matcher(message.getMessage()).find()) {
                excuse.times[0]++;
                return;
            }
        }
        String what = place.replaceAll("\\[[0-9]+\\]|/\\*[^*]*\\*/", "") + "\t" + message.getMessage();
        unexplained.computeIfAbsent(what, key -> new ArrayList<>()).add(name);
    }

    private boolean conclude() {
        if (judged.isEmpty() || (withPackages && proven == 0)) {
            unexplained.put("\tthere are no answers, or no document among them", List.of("the clients"));
        }
        System.out.println("validated: " + judged + (withPackages ? "" : "; NOT RUN against the guides: no folder of packages (" + unjudged + " claims not judged)"));
        System.out.printf("warnings, which do not count: %d, of them %d on code systems and value sets%n", warnings, uncheckedCodes);
        for (Excuse excuse : excuses) {
            System.out.printf("explained %5d times: %s%n", excuse.times[0], excuse.reason);
        }
        unexplained.forEach((what, names) -> System.out.printf(
            "ERROR %s%n      in %d: %s%n", what, names.size(), String.join(", ", new TreeSet<>(names).stream().limit(3).toList())));
        return unexplained.isEmpty();
    }
}
