package example;

import dev.gossamer.catalogue.Parameters;
import dev.gossamer.data.RecordTask;
import dev.gossamer.data.Task;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;

/** {@code readings:FILE}: numbers and a class between blanks, below two lines of comments, by a reader of DataVec's. */
public final class Readings implements Task.Family {

    private static final int COMMENTS = 2;

    @Override
    public String form() {
        return "readings:FILE";
    }

    @Override
    public Pattern pattern() {
        return Pattern.compile("readings:(.+)");
    }

    @Override
    public Task task(Parameters parameters) {
        Path file = Path.of(parameters.match().group(1));
        return RecordTask.of(parameters.match().group(), RecordTask.LAST, () -> {
            RecordReader reader = new CSVRecordReader(COMMENTS, ' ');
            reader.initialize(new FileSplit(file.toFile()));
            return reader;
        });
    }
}
