using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers;

/// <summary>What a driver of outlets does about time.</summary>
/// <param name="Rest">How long an outlet stays off before it is switched on again; the wish waits.</param>
/// <param name="Relay">A relay has acted by then, if it acts at all.</param>
/// <param name="Within">How long an effect may take until it is looked for once more, and again until it counts as not seen.</param>
/// <param name="LookEvery">Pause between readings while an effect is awaited.</param>
public sealed record OutletTiming(TimeSpan Rest, TimeSpan Relay, TimeSpan Within, TimeSpan LookEvery);

/// <summary>
/// The orders to the outlets of one device, free of its protocol: what was switched off rests before it is switched on again, an order is done
/// when it was read back, and what changes without an order is told.
/// </summary>
/// <remarks>Belongs to a driver and is called from its methods alone.</remarks>
/// <param name="device">The driver's own context; it is there once the driver is attached.</param>
/// <param name="send">Writes the order; a yes of the device is told by <see cref="Taken"/>.</param>
/// <param name="look">Reads one outlet and tells it by <see cref="Seen"/>.</param>
public sealed class OutletOrders<TReply>(
    Func<IDeviceContext<TReply>> device, OutletTiming timing, Action<CommandRequest, int, bool> send, Action<int> look)
{
    private const string HoldTimer = "hold-", SettleTimer = "settle-", FollowTimer = "follow-";

    // A change that comes this long after an order is its effect, also when nobody waits for it any more.
    private static readonly TimeSpan OursWithin = TimeSpan.FromSeconds(15);

    private readonly Dictionary<int, CommandRequest> _held = [];
    private readonly Dictionary<int, Order> _orders = [];
    private readonly Dictionary<int, string> _shown = [];
    private readonly HashSet<int> _deaf = [];

    /// <summary>Sends the order, or lets it wait until the outlet has rested. A newer wish takes the place of one that waits.</summary>
    public void Accept(CommandRequest command, int outlet)
    {
        if (_held.Remove(outlet, out var older)) device().Complete(older, CommandResult.SupersededBy(command));
        device().StopTimer(Timer(HoldTimer, outlet));
        var isOn = IsOn(command);
        var wait = isOn && _orders.TryGetValue(outlet, out var last) && !last.IsOn ? last.At + timing.Rest - device().Now : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
        {
            send(command, outlet, isOn);
            return;
        }

        // A clock that was set back makes nobody wait longer than that.
        _held[outlet] = command;
        device().StartTimer(Timer(HoldTimer, outlet), wait < timing.Rest ? wait : timing.Rest);
    }

    /// <summary>The device has said yes. Now it has to show it.</summary>
    public void Taken(CommandRequest command, int outlet)
    {
        // An order against one whose relay may not have moved yet: what the outlet shows now is the state before both.
        var isTurnedBack = _orders.TryGetValue(outlet, out var former) && former.IsOn != IsOn(command) && device().Now - former.At < timing.Relay;
        _orders[outlet] = new(command, IsOn(command), device().Now);
        device().Acknowledged(command);
        if (isTurnedBack) device().StartTimer(Timer(SettleTimer, outlet), timing.Relay);
        else Await(outlet);
    }

    /// <summary>The outlet shows this word; publishes it, and compares it with what was ordered and what it showed before.</summary>
    public void Seen(int outlet, string word)
    {
        var order = _orders.GetValueOrDefault(outlet);
        var isAsOrdered = order is not null && word == Word(order.IsOn);
        if (isAsOrdered && _deaf.Remove(outlet) && _deaf.Count == 0) device().Clear(OutletWords.NotFollowing.Code);
        var former = _shown.GetValueOrDefault(outlet);
        _shown[outlet] = word;
        if (former is not null && former != word && !(isAsOrdered && device().Now - order!.At < OursWithin))
            device().Happened(OutletWords.ChangedByOthers, ("outlet", outlet), ("state", word));
        device().Report(OutletWords.Outlet(outlet), word);
    }

    public void NotSeen(CommandRequest command, int outlet)
    {
        _deaf.Add(outlet);
        device().Raise(OutletWords.NotFollowing.Code, string.Create(CultureInfo.InvariantCulture, $"outlet {outlet}, {command.Verb}"),
            string.Create(CultureInfo.InvariantCulture, $"输出 {outlet}：{(command.Verb == OutletWords.OnVerb ? "接通" : "断开")}"));
    }

    /// <summary>True when the timer was one of these.</summary>
    public bool OnTimer(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var dash = name.LastIndexOf('-') + 1;
        if (!int.TryParse(name.AsSpan(dash), NumberStyles.None, CultureInfo.InvariantCulture, out var outlet)) return false;
        switch (name[..dash])
        {
            case HoldTimer:
                if (_held.Remove(outlet, out var command)) send(command, outlet, IsOn(command));
                return true;
            case SettleTimer:
                Await(outlet);
                return true;
            case FollowTimer:
                Follow(outlet);
                return true;
            default: return false;
        }
    }

    /// <summary>The link is gone, and with it every wish that waited.</summary>
    public void LinkLost() => _held.Clear();

    private void Await(int outlet)
    {
        if (!_orders.TryGetValue(outlet, out var order)) return;
        device().Expect(order.Command, OutletWords.Outlet(outlet), Word(order.IsOn), timing.Within, () => look(outlet));
        Follow(outlet);
    }

    /// <summary>Reads the outlet until it shows what was ordered, or nobody waits any more.</summary>
    private void Follow(int outlet)
    {
        if (!_orders.TryGetValue(outlet, out var order) || device().Now - order.At > timing.Relay + (timing.Within * 2)) return;
        look(outlet);
        if (_shown.GetValueOrDefault(outlet) != Word(order.IsOn)) device().StartTimer(Timer(FollowTimer, outlet), timing.LookEvery);
    }

    private static bool IsOn(CommandRequest command) => command.Verb == OutletWords.OnVerb;

    private static string Word(bool isOn) => isOn ? PowerStates.On : PowerStates.Off;

    private static string Timer(string kind, int outlet) => string.Create(CultureInfo.InvariantCulture, $"{kind}{outlet}");

    /// <summary>The last order that the device has taken.</summary>
    private sealed record Order(CommandRequest Command, bool IsOn, DateTimeOffset At);
}
