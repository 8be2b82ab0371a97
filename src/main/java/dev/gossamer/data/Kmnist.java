package dev.gossamer.data;

import java.util.List;

/** 60,000 + 10,000 grey images of 10 cursive hiragana (Clanuwat et al., arXiv:1812.01718, 2018). */
public final class Kmnist extends IdxTask {

    public Kmnist() {
        super("kmnist", 60_000, 10_000, 0.1918, 0.3483, "KMNIST");
    }

    @Override
    public List<String> classNames() {
        return List.of("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo");
    }

    @Override
    public Source source() {
        return source("http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
                "bdb82020997e1d708af4cf47b453dcf7", "e144d726b3acfaa3e44228e80efcd344",
                "5c965bf0a639b31b8f53240b1b52f4d7", "7320c461ea6c1c855c0b718fb2a4b134");
    }
}
