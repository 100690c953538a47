using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.HyperDeck;

/// <summary>The switches that only this recorder has.</summary>
internal sealed class HyperDeckSwitches(SwitchBoard board, SimulatedHyperDeck deck)
{
    public Switch<bool> OneClient { get; } =
        board.Boolean("one-client", "A second connection gets 120 and is closed, as on decks before 2023.");

    public Switch<bool> RejectsClients { get; } =
        board.Boolean("rejects-clients", "Every new connection gets 120: another controller owns the deck.");

    public Switch<bool> RemoteEnabled { get; } =
        board.Boolean("remote-enabled", "The REM button; off answers 111 to everything that moves.", true, deck.RemoteSwitched);

    public Switch<bool> DiskFull { get; } =
        board.Boolean("disk-full", "The disks are full: 104 to record, and a running recording stops.", false, deck.DiskFilled);

    public Switch<bool> NoInput { get; } =
        board.Boolean("no-input", "No video signal: 110 to record, and a running recording stops.", false, deck.InputChanged);

    public Switch<bool> TransportStuck { get; } =
        board.Boolean("transport-stuck", "Record, stop and play are acknowledged and the transport stays as it is.");

    public Switch<bool> NoGrowth { get; } =
        board.Boolean("no-growth", "Says that it records, while neither time code nor recording time moves.", false, deck.GrowthChanged);

    public Switch<TimeSpan> StopsByItself { get; } =
        board.Duration("stops-by-itself", "Each recording ends by itself after this time.", TimeSpan.Zero);

    public Switch<bool> ForgetsNotify { get; } =
        board.Boolean("forgets-notify", "Silently loses what clients asked to be told, and keeps losing it.");

    public Switch<bool> PartialNotify { get; } =
        board.Boolean("partial-notify", "Notifications of the transport hold only the fields that changed.");

    public Switch<bool> EventsFirst { get; } =
        board.Boolean("events-before-reply", "A notification caused by a command comes before the reply to it.");

    public Switch<TimeSpan> TransportDelay { get; } =
        board.Duration("transport-delay", "Time between the reply and the transport following.", TimeSpan.Zero);

    public Switch<TimeSpan> MountingTime { get; } =
        board.Duration("mounting-time", "How long an inserted disk is mounting.", TimeSpan.FromSeconds(3));

    public Switch<bool> ConfigurationReboots { get; } =
        board.Boolean("configuration-reboots", "A change of configuration answers 213 and restarts the deck.");

    public Switch<bool> AutoSpill { get; } = board.Boolean("auto-spill", "A full disk passes the recording on to the next one.", true);

    public Switch<bool> ActiveSlot { get; } =
        board.Boolean("names-active-slot", "transport info says 'active slot' instead of 'slot id', as newer firmware may.");
}
