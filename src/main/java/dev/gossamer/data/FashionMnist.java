package dev.gossamer.data;

import java.util.List;

/** 60,000 + 10,000 grey images of 10 kinds of clothing (Xiao, Rasul, Vollgraf, 2017). */
public final class FashionMnist extends IdxTask {

    /** As the authors' table names them. */
    static final List<String> CLASSES = List.of(
            "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot");

    public FashionMnist() {
        super("fashion-mnist", 60_000, 10_000, 0.2860, 0.3530, "FashionMNIST");
    }

    @Override
    public List<String> classNames() {
        return CLASSES;
    }

    @Override
    public Source source() {
        return source("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
                "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310");
    }

    @Override
    public String archive() {
        return "fashion";
    }
}
