using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Tesira;

/// <summary>The switches that only this server has.</summary>
internal sealed class TesiraSwitches(SwitchBoard board)
{
    public Switch<bool> Negotiates { get; } = board.Boolean("telnet-negotiation", "A telnet session begins with options to be settled.", true);

    public Switch<bool> Echo { get; } = board.Boolean("echo", "Each command is repeated before it is answered.");

    public Switch<bool> NoPublish { get; } = board.Boolean("no-publish", "Subscriptions have died: nothing is published any more.");

    public Switch<bool> PublishFirst { get; } = board.Boolean("publish-first", "A change is published before the order that made it is answered.");

    public Switch<bool> AlreadySubscribed { get; } = board.Boolean("already-subscribed", "Whoever subscribes is told that it is subscribed already.");

    public Switch<string?> MissingTag { get; } = board.Text("missing-tag", "An instance tag that the design does not have any more; null: it has all.", 64);

    public Switch<bool> Fault { get; } = board.Boolean("fault", "The list of active faults holds one.");

    public Switch<bool> RejectsLogin { get; } = board.Boolean("rejects-login", "The right password is refused as well.");
}
