package dev.changeover.node.check;

import dev.changeover.node.check.Finding.Level;
import java.util.ArrayList;
import java.util.List;

public final class Findings {
    private final String check;
    private final List<Finding> all = new ArrayList<>();

    Findings(String check) {
        this.check = check;
    }

    public void ok(String subject, String message) {
        all.add(new Finding(Level.OK, check, subject, message, ""));
    }

    public void warning(String subject, String message, String advice) {
        all.add(new Finding(Level.WARNING, check, subject, message, advice));
    }

    public void problem(String subject, String message, String advice) {
        all.add(new Finding(Level.PROBLEM, check, subject, message, advice));
    }

    List<Finding> all() {
        return all;
    }
}
