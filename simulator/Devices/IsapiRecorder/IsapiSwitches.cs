using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.IsapiRecorder;

/// <summary>The switches that only this recorder has.</summary>
internal sealed class IsapiSwitches(SwitchBoard board, SimulatedIsapi recorder)
{
    public Switch<bool> NoGrowth { get; } =
        board.Boolean("no-growth", "The recording runs as far as the device is concerned, and its file does not grow.", false, recorder.GrowthChanged);

    public Switch<TimeSpan> StopsByItself { get; } =
        board.Duration("stops-by-itself", "Each recording ends by itself after this time.", TimeSpan.Zero);

    public Switch<string> DiskStatus { get; } = board.Choice("disk-status", "State of the disk; anything but ok, idle and sleeping ends a recording.", "ok",
        ["ok", "idle", "sleeping", "unformatted", "error", "notexist", "smartFailed"], recorder.DiskChanged);

    public Switch<bool> ChannelOffline { get; } = board.Boolean("channel-offline", "The camera of the channel is gone.");

    public Switch<int> ClockOffset { get; } = board.Integer("clock-offset", "Seconds by which the clock is wrong.", 0, -100_000, 100_000);

    public Switch<bool> NamesNoZone { get; } = board.Boolean("names-no-zone", "The clock is told without its zone.");

    public Switch<string> RecordMethod { get; } = board.Choice("record-method", "What manual recording is asked for with; the other gives methodNotAllowed.", "PUT", ["PUT", "POST"]);

    public Switch<string> Namespace { get; } = board.Choice("namespace", "Namespace of the answers, by generation of firmware.", "http://www.hikvision.com/ver20/XMLSchema",
        ["http://www.hikvision.com/ver10/XMLSchema", "http://www.hikvision.com/ver20/XMLSchema", "http://www.isapi.org/ver20/XMLSchema"]);

    public Switch<int> Busy { get; } = board.Integer("busy", "The next so many requests get 503, device busy; counts down.", 0, 0, 1_000_000);

    public Switch<bool> HtmlErrors { get; } = board.Boolean("html-errors", "Every answer is 500 with a page for people.");

    public Switch<bool> SaysGb2312 { get; } = board.Boolean("says-gb2312", "Answers declare GB2312 as their encoding.");

    public Switch<bool> WrongLogin { get; } = board.Boolean("wrong-login", "No password is right, as after a change of it.");

    public Switch<int> NonceLasts { get; } = board.Integer("nonce-lasts", "Requests after which a nonce is stale; 0: never.", 0, 0, 1000);
}
