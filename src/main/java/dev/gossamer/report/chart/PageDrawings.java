package dev.gossamer.report.chart;

import dev.gossamer.record.ConfusionMatrix;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.WorkerCovariance;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.text.Shown;
import dev.gossamer.theory.SpectralGap;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The pictures of a report that are not charts, each with its name and the words below it. */
public final class PageDrawings {

    /** Characters of the pictures of one kind together; those that do not fit are named. */
    private static final int MOST_DRAWN = 900_000;

    private final List<String> leftOut;
    private final boolean canDraw;
    private int confusionRoom = MOST_DRAWN;

    /**
     * Draws for one page.
     *
     * @param leftOut takes a sentence for what cannot be drawn
     */
    public PageDrawings(List<String> leftOut) {
        this.leftOut = leftOut;
        canDraw = hasFonts();
    }

    private boolean hasFonts() {
        try {
            Charts.requireFonts();
            return true;
        } catch (ChartException e) {
            leftOut.add("drawings of topologies, covariances and confusion matrices: " + e.getMessage());
            return false;
        }
    }

    /** Graph and mixing matrix of each topology. */
    public List<Map<String, Object>> topologies(List<Scheme> schemes) {
        List<Map<String, Object>> pictures = new ArrayList<>();
        int room = MOST_DRAWN;
        for (Scheme scheme : canDraw ? schemes : List.<Scheme>of()) {
            TopologyDrawing drawing = new TopologyDrawing(scheme);
            room -= add(pictures, room, Shown.label(scheme.name()), drawing.withoutWords(),
                    caption(scheme, drawing.caption()), "./run.sh topologies --draw draws it");
        }
        return pictures;
    }

    private static String caption(Scheme scheme, String drawing) {
        try {
            return String.format(Locale.ROOT, "spectral gap %.4g; %s", SpectralGap.of(scheme), drawing);
        } catch (ArithmeticException e) {
            return drawing;
        }
    }

    /** The covariance between workers, measured and predicted, of each run that has one. */
    public List<Map<String, Object>> covariances(List<RecordedRun> runs) {
        List<Map<String, Object>> pictures = new ArrayList<>();
        int room = MOST_DRAWN;
        for (RecordedRun run : canDraw ? runs : List.<RecordedRun>of()) {
            try {
                CovarianceDrawing drawing =
                        WorkerCovariance.read(run.folder()).map(CovarianceDrawing::new).orElse(null);
                if (drawing != null) {
                    room -= add(pictures, room, ReportedRuns.name(run), drawing.withoutWords(), drawing.caption(),
                            "it is in " + WorkerCovariance.PICTURE + " of the run");
                }
            } catch (RecordException e) {
                leftOut.add(ReportedRuns.name(run) + ": no covariance, " + e.getMessage());
            }
        }
        return pictures;
    }

    /** The confusion matrix of a run; none where there are more classes than can be seen. */
    public List<Map<String, Object>> confusion(RecordedRun run, ConfusionMatrix matrix) {
        List<Map<String, Object>> pictures = new ArrayList<>();
        if (canDraw && matrix.classNames().size() <= ConfusionDrawing.MOST_CLASSES) {
            confusionRoom -= add(pictures, confusionRoom, ReportedRuns.name(run),
                    new ConfusionDrawing(matrix).withoutWords(), ConfusionDrawing.caption(),
                    "it is in " + ConfusionMatrix.CSV + " of the run");
        }
        return pictures;
    }

    /** Adds a picture, or where it is if there is no room for it; the room that it took. */
    private static int add(
            List<Map<String, Object>> pictures, int room, String name, String svg, String caption, String otherwise) {
        boolean fits = svg.length() <= room;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("svg", fits ? svg : null);
        json.put("caption", caption + (fits ? "" : "; too large for this page: " + otherwise));
        pictures.add(json);
        return fits ? svg.length() : 0;
    }
}
