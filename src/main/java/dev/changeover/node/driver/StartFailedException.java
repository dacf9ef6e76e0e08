package dev.changeover.node.driver;

/** A generation did not come up. Nothing of it is left. */
public final class StartFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean addressTaken;

    /**
     * @param said what the engine said of it
     * @param addressTaken whether an address of the configuration was in use and not handed over
     */
    public StartFailedException(String said, boolean addressTaken) {
        super(said);
        this.addressTaken = addressTaken;
    }

    public boolean addressTaken() {
        return addressTaken;
    }
}
