package dev.gossamer.experiment;

import dev.gossamer.configuration.Gossip;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.topology.Topologies;
import dev.gossamer.topology.TopologyFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of topologies as runs recorded them, so that runs go on whose files are gone. A copy that is not of the
 * runs that go on is refused by {@link ResumeCheck}.
 *
 * @param folders folders of experiments, in order of preference
 */
public record RecordedFiles(List<Path> folders) implements TopologyFactory.Copies {

    @Override
    public Optional<Path> of(String file, int workers) {
        return folders.stream()
                .flatMap(folder -> RunNames.folders(folder).stream().map(folder::resolve))
                .filter(run -> Files.exists(run.resolve(RunFolder.GRAPH)) && isOf(run, file, workers))
                .map(run -> run.resolve(RunFolder.GRAPH))
                .findFirst();
    }

    private static boolean isOf(Path run, String file, int workers) {
        try {
            Map<String, String> recorded = RunFolder.configuration(run);
            return Topologies.file(recorded.getOrDefault(Gossip.TOPOLOGY.toString(), "")).equals(Optional.of(file))
                    && Integer.toString(workers).equals(recorded.get(Gossip.WORKERS.toString()));
        } catch (RecordException e) {
            return false;
        }
    }
}
