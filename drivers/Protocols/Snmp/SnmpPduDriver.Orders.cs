using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Snmp;

public sealed partial class SnmpPduDriver
{
    private const string HoldTimer = "hold-", SettleTimer = "settle-", FollowTimer = "follow-";

    // A relay acts up to two seconds after the card has echoed the order.
    private static readonly TimeSpan RelayTime = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(700);

    // A change that comes this long after an order is its effect, also when nobody waits for it any more.
    private static readonly TimeSpan OursWithin = TimeSpan.FromSeconds(15);

    private readonly Dictionary<int, CommandRequest> _held = [];
    private readonly HashSet<int> _deaf = [];
    private readonly Dictionary<int, string> _shown = [];
    private Order?[] _orders = [];

    public override void OnCommand(CommandRequest command)
    {
        var outlet = (int)command.Args[OutletWords.OutletArgument].Integer;
        if (outlet < 1 || outlet >= _states.Length)
        {
            Device.Complete(command, CommandResult.Rejected($"no outlet {outlet} on this unit"));
            return;
        }

        if (_held.Remove(outlet, out var older)) Device.Complete(older, new(CommandOutcome.Superseded, $"replaced by {command.Id}"));
        Device.StopTimer(Timer(HoldTimer, outlet));
        var wait = IsOn(command) ? LeftOfRest(outlet) : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
        {
            Send(command, outlet);
            return;
        }

        _held[outlet] = command;
        Device.StartTimer(Timer(HoldTimer, outlet), wait);
    }

    public override void OnTimer(string name)
    {
        var dash = name.LastIndexOf('-') + 1;
        var outlet = int.Parse(name.AsSpan(dash), CultureInfo.InvariantCulture);
        if (outlet >= _states.Length) return;
        switch (name[..dash])
        {
            case HoldTimer:
                if (_held.Remove(outlet, out var command)) Send(command, outlet);
                break;
            case SettleTimer: Await(outlet); break;
            case FollowTimer: Follow(outlet); break;
        }
    }

    public override void OnNotSeen(CommandRequest command, string property)
    {
        var outlet = (int)command.Args[OutletWords.OutletArgument].Integer;
        _deaf.Add(outlet);
        Device.Raise(OutletWords.NotFollowing.Code, $"outlet {outlet}, {command.Verb}");
    }

    public override void OnLinkLost()
    {
        _held.Clear();
        base.OnLinkLost();
    }

    private static bool IsOn(CommandRequest command) => command.Verb == OutletWords.OnVerb;

    private static string Timer(string kind, int outlet) => string.Create(CultureInfo.InvariantCulture, $"{kind}{outlet}");

    /// <summary>What was just switched off is not switched on again at once: power supplies and lamps do not survive that.</summary>
    private TimeSpan LeftOfRest(int outlet) => _orders[outlet] is { IsOn: false } off
        ? off.At + TimeSpan.FromSeconds(_setup.Options[MinOffOption].Integer) - Device.Now
        : TimeSpan.Zero;

    private void Send(CommandRequest command, int outlet) =>
        Set(Cell(_family!.Order, outlet), IsOn(command) ? PduFamily.OrderOn : PduFamily.OrderOff, reply => Answered(command, outlet, reply), command);

    private void Answered(CommandRequest command, int outlet, SnmpReply reply)
    {
        if (reply.Status != 0)
        {
            Device.Complete(command, CommandResult.Refused(reply.StatusWords));
            return;
        }

        // An order against one whose relay may not have moved yet: what the outlet shows now is the state before both.
        var isTurnedBack = _orders[outlet] is { } former && former.IsOn != IsOn(command) && Device.Now - former.At < RelayTime;
        _orders[outlet] = new(command, IsOn(command), Device.Now);
        Device.Acknowledged(command);
        if (isTurnedBack) Device.StartTimer(Timer(SettleTimer, outlet), RelayTime);
        else Await(outlet);
    }

    private void Await(int outlet)
    {
        if (_orders[outlet] is not { } order) return;
        Device.Expect(order.Command, OutletWords.Outlet(outlet), Word(order.IsOn), FollowsWithin, () => Look(outlet));
        Follow(outlet);
    }

    /// <summary>Reads the outlet back until it shows what was ordered, or nobody waits any more.</summary>
    private void Follow(int outlet)
    {
        if (_orders[outlet] is not { } order || Device.Now - order.At > RelayTime + FollowsWithin * 2) return;
        Look(outlet);
        if (_states[outlet] != (order.IsOn ? _family!.StateOn : _family!.StateOff)) Device.StartTimer(Timer(FollowTimer, outlet), LookEvery);
    }

    private void Look(int outlet)
    {
        var family = _family!;
        string[] cells = _currents[outlet] == NotMeasured ? [Cell(family.State, outlet)] : [Cell(family.State, outlet), Cell(family.Current!, outlet)];
        Get(cells.Prepend(UpTime), reply =>
        {
            if (!TellsRestart(reply)) Take(reply);
        });
    }

    /// <summary>Compares what an outlet shows with what was ordered and what it showed before.</summary>
    private void Seen(int outlet, string word)
    {
        var order = _orders[outlet];
        if (order is not null && word == Word(order.IsOn) && _deaf.Remove(outlet) && _deaf.Count == 0) Device.Clear(OutletWords.NotFollowing.Code);
        var former = _shown.GetValueOrDefault(outlet);
        _shown[outlet] = word;
        if (former is null || former == word) return;
        var isOurs = order is not null && word == Word(order.IsOn) && Device.Now - order.At < OursWithin;
        if (!isOurs) Device.Happened(OutletWords.ChangedByOthers, ("outlet", outlet), ("state", word));
    }

    private static string Word(bool isOn) => isOn ? PowerStates.On : PowerStates.Off;

    /// <summary>The last order that the unit has taken.</summary>
    private sealed record Order(CommandRequest Command, bool IsOn, DateTimeOffset At);
}
