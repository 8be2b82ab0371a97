package dev.gossamer.bench.libtorch;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.QualifiedNameOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Forward pass, backward pass and local step of each unit, the step by PyTorch's fused optimizer right after the
 * gradients are there. TorchScript is the way to it, as the bindings have no lists of tensors for it.
 */
final class Gradients {

    private final Network network;
    private final Team team;
    private final Tensor[] images;
    private final Tensor[] labels;
    private final Tensor[][] leaves;
    private final IValue[][] parameters;
    private final IValue[][] momenta;
    private final double[] losses;
    private final int replicasOfUnit;
    private final Function step;

    /**
     * @param images of each unit
     * @param labels of each unit
     */
    Gradients(Options options, Network network, Replicas replicas, Team team, Tensor[] images, Tensor[] labels) {
        this.network = network;
        this.team = team;
        this.images = images;
        this.labels = labels;
        int units = replicas.units();
        leaves = new Tensor[units][];
        parameters = new IValue[units][];
        momenta = new IValue[units][];
        for (int i = 0; i < units; i++) {
            Tensor[] views = replicas.parametersOf(i);
            leaves[i] = IntStream.range(0, views.length).mapToObj(k -> leaf(views[k])).toArray(Tensor[]::new);
            parameters[i] = values(views);
            momenta[i] = values(replicas.momentaOf(i));
        }
        losses = new double[units];
        replicasOfUnit = options.workers() / units;
        CompilationUnit unit = new CompilationUnit();
        unit.define(new QualifiedNameOptional(), source(leaves[0].length, options), torch.nativeResolver(), null);
        step = unit.find_function(new QualifiedName("step"));
    }

    private static Tensor leaf(Tensor view) {
        Tensor leaf = view.detach();
        leaf.requires_grad_(true);
        return leaf;
    }

    private static IValue[] values(Tensor[] tensors) {
        IValue[] values = new IValue[tensors.length];
        for (int k = 0; k < values.length; k++) {
            values[k] = new IValue(tensors[k]);
        }
        return values;
    }

    private static String source(int tensors, Options options) {
        String arguments = IntStream.range(0, tensors).mapToObj(k -> "p%1$d: Tensor, g%1$d: Tensor, m%1$d: Tensor"
                .formatted(k)).collect(Collectors.joining(", "));
        return """
                def step(%s) -> List[Tensor]:
                  p = [%s]
                  torch._fused_sgd_(p, [%s], [%s], weight_decay=%s, momentum=%s, lr=%s, dampening=0.0, nesterov=False, \
                maximize=False, is_first_step=False)
                  return p
                """.formatted(arguments, list("p", tensors), list("g", tensors), list("m", tensors),
                options.number("weight-decay"), options.number("momentum"), options.number("lr"));
    }

    private static String list(String name, int tensors) {
        return IntStream.range(0, tensors).mapToObj(k -> name + k).collect(Collectors.joining(", "));
    }

    /**
     * One step of all replicas, without mixing.
     *
     * @return their mean loss before it
     */
    double step() {
        team.run(losses.length, this::step);
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum / losses.length;
    }

    private void step(int unit) {
        try (PointerScope scope = new PointerScope()) {
            Tensor loss = network.loss(images[unit], labels[unit], leaves[unit]);
            losses[unit] = loss.item_float() / replicasOfUnit;
            loss.backward();
            IValueVector stack = new IValueVector(3L * leaves[unit].length);
            for (int k = 0; k < leaves[unit].length; k++) {
                stack.put(3L * k, parameters[unit][k]);
                stack.put(3L * k + 1, new IValue(leaves[unit][k].grad()));
                stack.put(3L * k + 2, momenta[unit][k]);
            }
            step.run(stack);
            for (Tensor leaf : leaves[unit]) {
                leaf.mutable_grad().reset();
            }
        }
    }
}
