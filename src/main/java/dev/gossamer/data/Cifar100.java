package dev.gossamer.data;

import java.util.List;

/** 50,000 + 10,000 colour photographs of 100 kinds of things, which are of 20 larger kinds (Krizhevsky, 2009). */
public abstract class Cifar100 extends CifarTask {

    private static final List<String> FINE = List.of("""
            apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly
            camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup
            dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower
            leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid
            otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray
            road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar
            sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle
            wardrobe whale willow_tree wolf woman worm
            """.split("\\s+"));

    private static final List<String> COARSE = List.of("""
            aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices
            household_furniture insects large_carnivores large_man-made_outdoor_things
            large_natural_outdoor_scenes large_omnivores_and_herbivores medium_mammals non-insect_invertebrates
            people reptiles small_mammals trees vehicles_1 vehicles_2
            """.split("\\s+"));

    private Cifar100(String name, int label) {
        super(name, "cifar-100", new CifarRecord("CIFAR-100", List.of(20, 100),
                        List.of("coarse_labels", "fine_labels"), label),
                "cifar-100-mat\\w*(\\.tar\\.gz|\\.tgz|\\.zip)?|cifar-100-python",
                new Layout("cifar-100-python", List.of("train", "test")),
                "03b5dce01913d631647c71ecec9e9cb8");
    }

    /** Of 100 classes, 500 training images each. */
    public static final class Fine extends Cifar100 {

        public Fine() {
            super("cifar-100", 1);
        }

        @Override
        public List<String> classNames() {
            return FINE;
        }
    }

    /** Of 20 classes, 2,500 training images each. */
    public static final class Coarse extends Cifar100 {

        public Coarse() {
            super("cifar-100-coarse", 0);
        }

        @Override
        public List<String> classNames() {
            return COARSE;
        }
    }

    /** Over all pixels of the training images. */
    @Override
    public final Normalization normalization() {
        return new Normalization(new double[] {0.5071, 0.4865, 0.4409}, new double[] {0.2673, 0.2564, 0.2762});
    }

    @Override
    public final String folder() {
        return "cifar-100-binary";
    }

    @Override
    public final List<String> files() {
        return List.of("train.bin", "test.bin");
    }
}
