using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Snmp;

public sealed partial class SnmpPduDriver
{
    private readonly OutletOrders<SnmpReply> _orders;

    public override void OnCommand(CommandRequest command)
    {
        var outlet = (int)command.Args[OutletWords.OutletArgument].Integer;
        if (outlet < 1 || outlet >= _states.Length) Device.Complete(command, CommandResult.Rejected($"no outlet {outlet} on this unit"));
        else _orders.Accept(command, outlet);
    }

    public override void OnTimer(string name) => _orders.OnTimer(name);

    public override void OnNotSeen(CommandRequest command, string property) =>
        _orders.NotSeen(command, (int)command.Args[OutletWords.OutletArgument].Integer);

    public override void OnLinkLost()
    {
        _orders.LinkLost();
        base.OnLinkLost();
    }

    // A relay acts up to two seconds after the card has echoed the order.
    private static OutletTiming Timing(DriverSetup setup) => new(
        Rest: TimeSpan.FromSeconds(setup.Options.TryGet(MinOffOption, out var rest) ? rest.Integer : 0),
        Relay: TimeSpan.FromSeconds(2.5), Within: TimeSpan.FromSeconds(3), LookEvery: TimeSpan.FromMilliseconds(400));

    private void Send(CommandRequest command, int outlet, bool isOn) =>
        Set(Cell(_family!.Order, outlet), isOn ? PduFamily.OrderOn : PduFamily.OrderOff, reply =>
        {
            if (reply.Status != 0) Device.Complete(command, CommandResult.Refused(reply.StatusWords));
            else _orders.Taken(command, outlet);
        }, command);

    private void Look(int outlet)
    {
        if (outlet >= _states.Length) return;
        var family = _family!;
        string[] cells = _currents[outlet] == NotMeasured ? [Cell(family.State, outlet)] : [Cell(family.State, outlet), Cell(family.Current!, outlet)];
        Get(cells.Prepend(UpTime), reply =>
        {
            if (!TellsRestart(reply)) Take(reply);
        });
    }
}
