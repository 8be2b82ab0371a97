package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.Preparation.Choice;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes programs ready for a GPU, and remembers how. They share one workspace. */
final class Loader {

    private final Gpu gpu;
    private final Settings settings;
    private final Workspace workspace;
    private final List<LoadedProgram> loaded = new ArrayList<>();

    Loader(Gpu gpu, Settings settings) {
        this.gpu = gpu;
        this.settings = settings;
        workspace = new Workspace(gpu, settings.workspaceBytes());
    }

    /**
     * Makes a program ready.
     *
     * @param name what it is for
     * @param batch images per replica b
     * @param parameters those of the replicas
     * @param gradients address of the matrix of gradients, or 0 in evaluation
     */
    LoadedProgram load(String name, Program program, int batch, ParameterMatrix parameters, long gradients) {
        ProgramMemory memory = new ProgramMemory(gpu, program, batch, parameters, gradients);
        LoadedProgram ready = new LoadedProgram(gpu, settings, name, program, memory, workspace);
        loaded.add(ready);
        return ready;
    }

    /** What was decided and taken so far. */
    Preparation preparation() {
        Map<String, Choice> choices = new TreeMap<>();
        loaded.forEach(program -> program.choices().forEach(choice -> choices.putIfAbsent(choice.operation(), choice)));
        return new Preparation(settings.switches().toString(), loaded.stream().map(LoadedProgram::preparation).toList(),
                List.copyOf(choices.values()), workspace.bytes(), gpu.allocated(), gpu.inUse());
    }
}
