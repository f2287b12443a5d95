// Validates PDF files against profiles of veraPDF: one line a file and profile, then each broken rule once.
// Usage: java Vera ua1,3a file.pdf…  Exit code 1 when a file does not conform.
// It never repairs or writes a file.
import java.io.FileInputStream;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Vera {
    public static void main(String[] args) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        java.util.logging.LogManager.getLogManager().reset();
        boolean conforms = true;
        for (int i = 1; i < args.length; i++) {
            for (String profile : args[0].split(",")) {
                conforms &= validate(PDFAFlavour.byFlavourId(profile), args[i]);
            }
        }
        System.exit(conforms ? 0 : 1);
    }

    private static boolean validate(PDFAFlavour flavour, String file) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour)) {
            PDFAValidator validator =
                    Foundries.defaultInstance().createValidator(flavour, 100000, false, false, false);
            ValidationResult result = validator.validate(parser);
            System.out.printf("%s %s %s (%d checks)%n",
                    result.isCompliant() ? "PASS" : "FAIL", flavour, file, result.getTotalAssertions());
            Map<String, String> broken = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    broken.putIfAbsent(
                            assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber(),
                            assertion.getMessage() + " @ " + assertion.getLocation().getContext());
                }
            }
            broken.forEach((rule, message) -> System.out.printf("   %s %s%n", rule, message));
            return result.isCompliant();
        }
    }
}
