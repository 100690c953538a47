using AvGateway.Devices;
using Stateless;
using Stateless.Graph;
using Stateless.Reflection;

namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>Drives a device by its profile. What belongs to a class alone stands in <see cref="ProfiledDisplay"/> and <see cref="ProfiledOutlets"/>.</summary>
/// <remarks>This file: the life of the line and what is asked. <c>.Commands</c>: what is wished.</remarks>
public partial class ProfiledDriver : DeviceDriver<ProfiledReply>
{
    private readonly StateMachine<LineMode, LineTold> _line = NewLine();
    private readonly Profile _profile;
    private readonly Arguments _options;
    private readonly AskTiming _timing;
    private readonly HashSet<(ProfileRead Read, int? Index)> _looking = [];

    // Codes for both ways whose effect was not seen yet, by property.
    private readonly Dictionary<string, (Value Wished, DateTimeOffset At)> _toggled = new(StringComparer.Ordinal);
    private int _turn;

    internal ProfiledDriver(Profile profile, DriverSetup setup) : base(new ProfiledCodec(profile.Frame))
    {
        _profile = profile;
        _options = setup.Options;
        _timing = new(profile.Pace.Reply, profile.Pace.Attempts);
        if (!profile.HasPowerLife) _line.OnTransitioned(t => Device.SetMode(t.Destination.ToString()));
    }

    internal enum LineMode { Unknown, Open }

    internal enum LineTold { Linked, LinkLost }

    private protected Profile Profile => _profile;

    internal static StateMachineInfo Describe() => NewLine().GetInfo();

    internal static string Draw() => MermaidGraph.Format(Describe());

    public override void OnLinked()
    {
        _looking.Clear();
        _turn = 0;
        foreach (var (extent, option) in _profile.Counts) Device.Extent(extent, Count(option));
        _line.Fire(LineTold.Linked);
        if (_profile.IsBlind) Device.Synchronised();
        else Begin();
    }

    public override void OnLinkLost() => _line.Fire(LineTold.LinkLost);

    /// <summary>What comes without a question changes nothing: it may be the late answer to an old one. Some of it is a reason to ask.</summary>
    public override void OnUnsolicited(ProfiledReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        foreach (var (template, read) in _profile.Tells)
        {
            if (!template.TryRead(reply.Frame.Span, Known, out var found)) continue;
            if (read.Index is { } index && found.TryGetValue(index, out var which)) LookOnce(read, (int)which.Integer);
            else foreach (var each in IndexesOf(read)) LookOnce(read, each);
        }
    }

    public override void OnPoll()
    {
        // Whatever was under way has been answered or is given up: a poll always asks.
        _looking.Clear();
        var slow = _profile.Reads.Where(IsSlow).ToArray();
        foreach (var read in _profile.Reads.Where(r => !IsSlow(r) && IsWorthAsking(r))) ReadAll(read);
        if (slow.Length > 0) ReadAll(slow[_turn++ % slow.Length]);
        else if (_profile.Reads.Count > 0 && !_profile.Reads.Any(IsWorthAsking)) ReadAll(_profile.Reads[0]);
    }

    /// <summary>Reads everything; then what is shown is true.</summary>
    private protected virtual void Begin()
    {
        foreach (var read in _profile.Reads.SkipLast(1)) ReadAll(read);
        ReadAll(_profile.Reads[^1], Device.Synchronised);
    }

    private protected virtual bool IsWorthAsking(ProfileRead read) => true;

    private protected virtual void Take(ProfileRead read, int? index, Value value)
    {
        var property = Name(read.Property.Name, index);
        if (value.Kind is ValueKind.None) Device.Forget(property);
        else Device.Report(property, value);
    }

    /// <summary>The device would not say.</summary>
    private protected virtual void Withheld(ProfileRead read, int? index)
    {
    }

    private protected void ReadAll(ProfileRead read, Action? then = null)
    {
        var indexes = IndexesOf(read).ToArray();
        for (var i = 0; i < indexes.Length; i++) Look(read, indexes[i], i == indexes.Length - 1 ? then : null);
    }

    /// <param name="then">Called when it was answered, whatever the answer.</param>
    private protected void Look(ProfileRead read, int? index, Action? then = null, CommandRequest? onBehalfOf = null, Action<Value>? seen = null)
    {
        var asked = index is { } number ? (Value)number : Value.None;
        if (!read.Send.TryWrite(name => name == read.Index ? asked : Known(name), out var frame, out var why)) throw new InvalidOperationException($"{_profile.Driver} cannot ask for {read.Property.Name}: {why}");
        Device.Ask(ProfiledCodec.Request(frame), reply =>
        {
            if (read.Answer.TryRead(reply.Frame.Span, name => name == read.Index ? asked : Known(name), out var found))
            {
                _looking.Remove((read, index));
                NoteToggle(Name(read.Property.Name, index), found[ProfileRead.Value]);
                Take(read, index, found[ProfileRead.Value]);
                seen?.Invoke(found[ProfileRead.Value]);
            }
            else if (IsRefusal(reply))
            {
                _looking.Remove((read, index));
                Withheld(read, index);
                seen?.Invoke(Value.None);
            }
            else
            {
                return false;
            }

            then?.Invoke();
            return true;
        }, onBehalfOf, _timing);
    }

    private protected bool IsRefusal(ProfiledReply reply) => _profile.Refusals.Any(r => r.TryRead(reply.Frame.Span, Known, out _));

    /// <summary>An option's value; none for what is no option.</summary>
    private protected Value Known(string name) => _options.TryGet(name, out var value) ? value : Value.None;

    private protected int Count(string option) => (int)_options[option].Integer;

    private protected static string Name(string property, int? index) =>
        index is { } number && property.IndexOf('{', StringComparison.Ordinal) is > 0 and var brace ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{property[..brace]}{number}") : property;

    private static bool IsSlow(ProfileRead read) => ProfileWords.Slow.Contains(read.Property.Name);

    private IEnumerable<int?> IndexesOf(ProfileRead read) => read.Index is null ? [null]
        : Enumerable.Range(read.Property.First, Count(_profile.Counts.First(c => c.Extent == read.Index).Option)).Select(i => (int?)i);

    /// <summary>A line of the device's that leads to a question does so once until it is answered.</summary>
    private void LookOnce(ProfileRead read, int? index)
    {
        if (IndexesOf(read).Contains(index) && _looking.Add((read, index))) Look(read, index);
    }

    private void NoteToggle(string property, Value shown)
    {
        if (_toggled.TryGetValue(property, out var last) && last.Wished == shown) _toggled.Remove(property);
    }

    private static StateMachine<LineMode, LineTold> NewLine()
    {
        var line = new StateMachine<LineMode, LineTold>(LineMode.Unknown);
        line.Configure(LineMode.Unknown).Permit(LineTold.Linked, LineMode.Open).Ignore(LineTold.LinkLost);
        line.Configure(LineMode.Open).Permit(LineTold.LinkLost, LineMode.Unknown).Ignore(LineTold.Linked);
        return line;
    }
}
