package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.experiment.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Commands with models in files of the user's own, which DL4J's builders write. */
class OwnModelTest {

    private static final InputType IMAGES = InputType.convolutional(28, 28, 1);

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();
    private Home home;
    private Path file;

    @BeforeEach
    void create() throws IOException {
        home = Home.create(folder.resolve("home"));
        file = folder.resolve("net.json");
    }

    private int run(String arguments) {
        notes.clear();
        return home.run(new Engines(notes::add, home.devices), arguments.split(" "));
    }

    private static MultiLayerConfiguration stack(
            InputType input, UnaryOperator<NeuralNetConfiguration.ListBuilder> layers) {
        return layers.apply(new NeuralNetConfiguration.Builder().seed(3).weightInit(WeightInit.RELU).list())
                .setInputType(input).build();
    }

    private static OutputLayer output(int classes) {
        return new OutputLayer.Builder(LossFunction.MCXENT).nOut(classes).activation(Activation.SOFTMAX).build();
    }

    private static MultiLayerConfiguration convolutional() {
        return stack(IMAGES, list -> list
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(4).stride(2, 2).padding(2, 2)
                        .activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization())
                .layer(new ActivationLayer.Builder().activation(Activation.RELU).build())
                .layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX).kernelSize(2, 2).stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(12).dropOut(0.8).activation(Activation.RELU).build())
                .layer(output(10)));
    }

    private static MultiLayerConfiguration recurrent() {
        return stack(InputType.recurrent(28, 28), list -> list
                .layer(new LastTimeStep(new LSTM.Builder().nOut(8).activation(Activation.TANH).build()))
                .layer(output(10)));
    }

    private Path results(String name) {
        return folder.resolve(name).resolve("tiny-quick");
    }

    private String command(String name) {
        return "tiny --quick --steps 8 --learning-rate 0.05 --model file:" + file + " --output " + folder.resolve(name);
    }

    private double[] losses(String name) throws IOException {
        try (var files = Files.walk(folder.resolve(name))) {
            Path metrics = files.filter(path -> path.endsWith("metrics.csv")).findFirst().orElseThrow();
            return Files.lines(metrics).filter(row -> row.contains(",test,mean,"))
                    .mapToDouble(row -> Double.parseDouble(row.split(",")[6])).toArray();
        }
    }

    private JsonNode environment(String name) throws IOException {
        try (var files = Files.walk(folder.resolve(name))) {
            return new ObjectMapper().readTree(
                    files.filter(path -> path.endsWith("environment.json")).findFirst().orElseThrow().toFile());
        }
    }

    @Test
    void allEnginesTrainTheSameNetwork() throws IOException {
        Files.writeString(file, convolutional().toJson());
        for (String engine : List.of("stacked", "reference", "dl4j")) {
            assertEquals(ExitCode.DONE, run(command(engine) + " --engine " + engine), home.err());
            assertTrue(notes.stream().noneMatch(note -> note.startsWith("Note")), notes.toString());
        }
        double[] stacked = losses("stacked");
        assertTrue(stacked.length > 1 && stacked[stacked.length - 1] < 0.9 * stacked[0], stacked[0] + " first");
        assertArrayEquals(stacked, losses("reference"), 1e-4);
        assertArrayEquals(stacked, losses("dl4j"), 1e-4);
    }

    /** CIFAR-10's limit is one for models whose first loss is near ln 10. */
    @Test
    void aNetworkMayStartAtAnyLoss() throws IOException {
        OutputLayer wide = output(10);
        wide.setWeightInitFn(new WeightInitDistribution(new NormalDistribution(0, 1)));
        Files.writeString(file, stack(InputType.convolutional(32, 32, 3), list -> list.layer(wide)).toJson());
        assertEquals(ExitCode.DONE, run("tiny --data-set cifar-10 --data synthetic --workers 2 --steps 2"
                + " --learning-rate 1e-6 --model file:" + file + " --output " + folder.resolve("far")), home.err());
        assertTrue(losses("far")[0] > 2.6);
        assertTrue(home.err().contains(": finished after 2 steps"), home.err());
    }

    @Test
    void whatOnlyDl4jKnowsTrainsThereAndIsNamed() throws IOException {
        Files.writeString(file, recurrent().toJson());
        assertEquals(ExitCode.DONE, run(command("first")), home.err());
        assertTrue(notes.contains("Note: the stacked engine does not know layer layer0 (LastTimeStep), so the dl4j"
                + " engine is used."), notes.toString());
        double[] losses = losses("first");
        assertTrue(losses[losses.length - 1] < losses[0], losses[0] + " first");
        assertEquals(ExitCode.DONE, run(command("second")), home.err());
        assertArrayEquals(losses, losses("second"), 0, "the seed decides");
        assertEquals(ExitCode.USAGE, run(command("third") + " --engine stacked"), home.err());
        assertEquals("error: engine: the stacked engine does not know layer layer0 (LastTimeStep); dl4j knows all"
                + " layers of DL4J\n", home.err());
        assertFalse(Files.exists(results("third")));
        assertEquals(ExitCode.DONE, run("show tiny --model file:" + file), home.err());
        assertTrue(home.out().contains("ring-lr0.01-seed1"), home.out());
    }

    @Test
    void theReasonIsToldWhereOnlySomeLayersOfAClassAreKnown() throws IOException {
        Files.writeString(file, stack(IMAGES, list -> list
                .layer(new ConvolutionLayer.Builder(3, 5).nOut(4).activation(Activation.RELU).build())
                .layer(output(10))).toJson());
        assertEquals(ExitCode.USAGE, run(command("first") + " --engine reference"), home.err());
        assertTrue(home.err().contains("layer layer0 (ConvolutionLayer), with kernels, strides or padding that are not"
                + " square"), home.err());
    }

    @Test
    void theFileIsRecordedAndAnotherOneIsNotResumed() throws IOException {
        Files.writeString(file, convolutional().toJson());
        assertEquals(ExitCode.DONE, run(command("runs")), home.err());
        String recorded = environment("runs").get("model_fingerprint").asText();
        assertTrue(recorded.matches("[0-9a-f]{64}"), recorded);
        assertEquals(ExitCode.DONE, run(command("runs") + " --resume"), home.err());
        Files.writeString(file, convolutional().toJson().replace("\"nout\" : 12", "\"nout\" : 13")
                .replace("\"nin\" : 12", "\"nin\" : 13"));
        assertEquals(ExitCode.USAGE, run(command("runs") + " --resume"), home.err());
        assertTrue(home.err().contains("cannot be resumed with another configuration: the model file:" + file
                + " had the fingerprint " + recorded + " and has "), home.err());
    }

    @Test
    void whatARunDecidesIsNamed() throws IOException {
        Files.writeString(file, new NeuralNetConfiguration.Builder().l2(0.1).list()
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build())
                .layer(output(10)).setInputType(IMAGES).build().toJson());
        assertEquals(ExitCode.DONE, run(command("first")), home.err());
        assertTrue(notes.contains("Note: " + file
                + " has L2Regularization, which a run leaves out; weight-decay is its key."), notes.toString());
        assertEquals(ExitCode.DONE, run(command("second") + " --width 0.125"), home.err());
        assertArrayEquals(losses("first"), losses("second"), 0, "sizes are in the file");
    }

    /** Each is the network above with one place changed. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"nin\" : 12 | \"nin\" : 99 | layer layer5 (OutputLayer) has nIn of 99: expected 12, with images of 1x28x28",
        "\"nout\" : 10 | \"nout\" : 7 | layer layer5 (OutputLayer) has 7 outputs: expected 10, the number of classes",
        "LossMCXENT | LossMAE | layer layer5 (OutputLayer) has LossMAE of ActivationSoftmax: expected, without weights,",
        "layers.DenseLayer | layers.NoSuchLayer | expected a class of DL4J's configurations, found",
        "org.deeplearning4j.nn.conf.layers.DenseLayer | java.net.URL | expected a class of DL4J's configurations, found"
            + " \"java.net.URL\"",
        "layers.DenseLayer | graph.MergeVertex | DL4J cannot read it: expected another value at confs.4.layer",
        "\"lossFn\" : | \"lossFn\" : 3, \"more\" : | DL4J cannot read it: expected another value at"
            + " confs.5.layer.lossFn",
        "weights.WeightInitRelu | weights.WeightInitXavierLegacy | has weights of WeightInitXavierLegacy: expected one",
        "\"lockGammaBeta\" : false | \"lockGammaBeta\" : true | has lockGammaBeta: expected scales and shifts that"
            + " train",
        "\"p\" : 0.8 | \"p\" : 1.8 | keeps values with probability 1.8: expected one in (0, 1]",
        "layers.ActivationLayer | layers.misc.NoLayer | expected a class of DL4J's configurations",
        "\"kernelSize\" : [ 5, 5 ] | \"kernelSize\" : [ 55, 55 ] | layer layer0 (ConvolutionLayer) is refused by DL4J:",
        "\"kernelSize\" : [ 5, 5 ] | \"kernelSize\" : [ 5 ] | layer layer0 (ConvolutionLayer) has kernel [5], stride",
        "\"kernelSize\" : [ 5, 5 ] | \"kernelSize\" : null | layer layer0 (ConvolutionLayer) has kernel null, stride",
        "\"kernelSize\" : [ 2, 2 ] | \"kernelSize\" : [ 99, 99 ] | layer layer3 (SubsamplingLayer) has kernel [99, 99]",
        "\"confs\" | \"vertices\" | DL4J cannot read it: expected another value at vertices",
        "\"confs\" | \"conf\" | expected what toJson() or toYaml() of DL4J's MultiLayerConfiguration or",
        "\"backpropType\" | backpropType | is not JSON: line 2",
        "\"backpropType\" | \"cacheMode\" | is not JSON: line 3: Duplicate field 'cacheMode'"})
    void aDamagedFileIsRefusedInASentence(String place, String other, String sentence) throws IOException {
        String text = convolutional().toJson();
        assertTrue(text.contains(place));
        Files.writeString(file, text.replace(place, other));
        assertEquals(ExitCode.USAGE, run(command("runs")), home.err());
        assertTrue(home.err().startsWith("error: model: " + file) && home.err().contains(sentence)
                && home.err().lines().count() == 1, home.err());
    }

    @Test
    void whatIsNoFileOfANetworkIsRefused() throws IOException {
        refused("cannot be read (no such file or folder)");
        Files.createDirectory(file);
        refused("cannot be read (it is a folder)");
        Files.delete(file);
        Files.writeString(file, "");
        refused("line 1: expected the configuration of a network, found nothing");
        Files.writeString(file, "[1, 2]");
        refused("line 1: expected the configuration of a network, found no mapping");
        Files.writeString(file, "{\"confs\": []} {}");
        refused("line 1: expected one configuration, found more behind it");
        Files.writeString(file, "{\"confs\": []}");
        refused("expected at least one layer, found none");
        Files.writeString(file, "{\"a\":".repeat(900) + "1" + "}".repeat(900));
        refused("expected at most 200 levels, found more");
        Files.write(file, new byte[] {'{', (byte) 0xff, '}'});
        refused("cannot be read (it must be a text in UTF-8)");
        Files.write(file, new byte[17 << 20]);
        refused("is larger than 16 MiB: expected the configuration of a network, without its parameters");
        file = folder.resolve("net.yml");
        Files.writeString(file, "confs: &a []\nvertices: *a\n");
        refused("line 2: expected no aliases, found *a");
        Files.writeString(file, "confs: !<javax.script.ScriptEngineManager> {}\n");
        refused("expected a class of DL4J's configurations, found \"javax.script.ScriptEngineManager\"");
        Files.writeString(file, "confs: [] #" + "x".repeat(4 << 20) + "\n");
        refused("expected at least one layer, found none");
        Files.writeString(file, "confs: [\n");
        refused("is not YAML: line");
    }

    private void refused(String sentence) {
        assertEquals(ExitCode.USAGE, run(command("runs")), home.err());
        assertTrue(home.err().startsWith("error: model: " + file) && home.err().contains(sentence)
                && home.err().lines().count() == 1, home.err());
    }

    @Test
    void noiseAndSeveralEndsAreRefused() throws IOException {
        Files.writeString(file, stack(IMAGES, list -> list
                .layer(new DenseLayer.Builder().nOut(5).dropOut(new GaussianDropout(0.5)).build())
                .layer(output(10))).toJson());
        refused("layer layer0 (DenseLayer) has GaussianDropout: expected Dropout with one probability");
        Files.writeString(file, stack(InputType.recurrent(28, 28), list -> list
                .layer(new LSTM.Builder().nOut(8).build()).layer(new LSTM.Builder().nOut(8).build())
                .layer(output(10))).toJson());
        refused("layer layer2 (OutputLayer) gets a sequence: expected values without steps in time");
        ComputationGraphConfiguration graph = new NeuralNetConfiguration.Builder().graphBuilder()
                .addInputs("a", "b").setInputTypes(InputType.feedForward(784), InputType.feedForward(784))
                .addLayer("one", output(10), "a").addLayer("two", output(10), "b").setOutputs("one", "two").build();
        Files.writeString(file, graph.toJson());
        refused("expected one network input, found a, b");
        Files.writeString(file, graph.toJson().replace("[ \"a\", \"b\" ]", "[ \"a\" ]"));
        refused("expected one network output, found one, two");
    }

    @Test
    void allThatALayerWrapsIsChecked() throws IOException {
        LSTM dropping = new LSTM.Builder().nOut(8).dropOut(0.5).build();
        refused(new LastTimeStep(new Bidirectional(dropping)),
                "(LastTimeStep) wraps a layer with dropout: expected dropout of LastTimeStep itself");
        refused(new LastTimeStep(new FrozenLayerWithBackprop(new LSTM.Builder().nOut(8).build())),
                "(LastTimeStep) is frozen: expected layers that train");
        refused(new LastTimeStep(new LSTM.Builder().nOut(8).gateActivationFunction(new ActivationRReLU()).build()),
                "(LastTimeStep) has ActivationRReLU: expected activations that draw no random numbers");
        refused(new DenseLayer.Builder().nOut(8).activation(Activation.RRELU).build(),
                "(DenseLayer) has ActivationRReLU: expected activations that draw no random numbers");
    }

    private void refused(Layer layer, String sentence) throws IOException {
        boolean isDense = layer instanceof DenseLayer;
        Files.writeString(file, stack(isDense ? IMAGES : InputType.recurrent(28, 28),
                list -> list.layer(layer).layer(output(10))).toJson());
        refused(sentence);
    }

    @Test
    void aSequenceIsNoInputOfADenseLayer() throws IOException {
        String text = stack(InputType.recurrent(28, 28), list -> list
                .layer(new LSTM.Builder().nOut(8).activation(Activation.TANH).build())
                .layer(new DenseLayer.Builder().nOut(8).activation(Activation.RELU).build())
                .layer(output(10))).toJson();
        String without = text.replaceFirst("(?s)\"inputPreProcessors\" : \\{.*?\\}\\s*\\}",
                "\"inputPreProcessors\" : { }");
        assertNotEquals(text, without);
        Files.writeString(file, without);
        refused("layer layer1 (DenseLayer) gets a sequence: expected values without steps in time");
    }

    @Test
    void aLayerWithTwoInputsIsRefused() throws IOException {
        String text = new NeuralNetConfiguration.Builder().activation(Activation.RELU).graphBuilder()
                .addInputs("images").setInputTypes(IMAGES)
                .addLayer("s", new DenseLayer.Builder().nOut(8).build(), "images")
                .addLayer("b", new DenseLayer.Builder().nOut(8).build(), "s")
                .addLayer("out", output(10), "b").setOutputs("out").build().toJson();
        String two = text.replaceFirst("\"out\" : \\[ \"b\" \\]", "\"out\" : [ \"s\", \"b\" ]");
        assertNotEquals(text, two);
        Files.writeString(file, two);
        refused("expected one input of layer out (OutputLayer), found s, b");
    }

    @Test
    void namesMayBeWordsOfConfigurations() throws IOException {
        Files.writeString(file, new NeuralNetConfiguration.Builder().activation(Activation.RELU).graphBuilder()
                .addInputs("images").setInputTypes(IMAGES)
                .addLayer("constraints", new DenseLayer.Builder().nOut(8).build(), "images")
                .addLayer("NHWC", new DenseLayer.Builder().nOut(8).hasBias(false).build(), "constraints")
                .addLayer("out", output(10), "NHWC").setOutputs("out").build().toJson());
        assertEquals(ExitCode.USAGE, run(command("runs") + " --engine stacked"), home.err());
        assertTrue(home.err().contains("layer NHWC (DenseLayer), without bias"), home.err());
    }

    /** The mapper's second form of an object, of classes that note when they are loaded. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[ \"dev.gossamer.cli.OwnModelTest$Foreign\", {} ]",
        "[ \"dev.gossamer.cli.OwnModelTest$Foreign\", \"x\" ]",
        "[ \"org.deeplearning4j.nn.conf.layers.DenseLayer<dev.gossamer.cli.OwnModelTest$Foreign>\", 1 ]",
        "{ \"@class\" : \"dev.gossamer.cli.OwnModelTest$Foreign\" }"})
    void noClassButDl4jsIsLoaded(String object) throws IOException {
        String text = stack(IMAGES, list -> list.layer(new DenseLayer.Builder().nOut(5)
                .activation(Activation.RELU).build()).layer(output(10))).toJson();
        Files.writeString(file, text.replaceFirst("\"activationFn\" : \\{[^}]*\\}",
                Matcher.quoteReplacement("\"activationFn\" : " + object)));
        refused("expected a");
        Files.writeString(file, text.replaceFirst("\"activationFn\"", Matcher.quoteReplacement(
                "\"weightInit\" : \"DISTRIBUTION\", \"dist\" : " + object.replace("@class", "type")
                        + ", \"activationFn\"")));
        refused("expected ");
        assertNull(System.getProperty(Foreign.LOADED));
    }

    /** Of no package of DL4J's. */
    static final class Foreign extends ActivationReLU {

        static final String LOADED = "dev.gossamer.cli.OwnModelTest.loaded";

        private static final long serialVersionUID = 1;

        static {
            System.setProperty(LOADED, "true");
        }
    }
}
