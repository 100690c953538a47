using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Modbus;

/// <summary>A power sequencer: a coil for each channel, an input at each relay's contact. Channel numbers may have gaps.</summary>
internal sealed class SimulatedSequencer : ModbusUnit, ICatalogued
{
    private readonly SortedDictionary<int, Channel> _channels = [];
    private readonly Switch<bool> _ignoresOff;
    private readonly Switch<bool> _lies;
    private readonly Switch<TimeSpan> _relayDelay;
    private readonly Switch<TimeSpan> _comesBack;
    private readonly Switch<int?> _diesAfter;
    private readonly int _firstCoil;
    private readonly bool _startsOn;

    public SimulatedSequencer(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time)
    {
        _firstCoil = setting.Count("firstCoil", 0, 0, 65_000);
        _startsOn = setting.Count("startsOn", 0, 0, 1) == 1;
        foreach (var number in Numbers(setting.Word("channels", "1-8"))) _channels[number] = new() { IsOn = _startsOn };
        _ignoresOff = Switches.Boolean("ignores-off", "OFF is acknowledged and the relay stays on, as a welded one does; its coil is read as on.");
        _lies = Switches.Boolean("lies", "A written coil is read back at once as written, while the relay stays as it is; its contact tells the truth.");
        _relayDelay = Switches.Duration("relay-delay", "Time between the acknowledgement and the relay.", TimeSpan.FromMilliseconds(200));
        _comesBack = Switches.Duration("comes-back", "A channel that was switched off is on again by itself after this.", TimeSpan.Zero);
        _diesAfter = Switches.OptionalInteger("dies-after", "After so many more orders the unit loses its power in the middle of a run, until power-on.", 1, 1000);
        foreach (var (number, channel) in _channels)
        {
            Map.Coils[_firstCoil + number - 1] = () => channel.CoilShown ?? channel.IsOn;
            Map.Inputs[number - 1] = () => channel.IsOn;
        }

        Map.WriteCoil = (address, on) => Obey(_channels[address - _firstCoil + 1], on);
        Panel.Add("switch", "Switches a channel by hand at the unit.", args =>
        {
            if (!args.Integer("outlet", _channels.Keys.First(), _channels.Keys.Last(), out var number) || !args.Boolean("on", out var on)) return args.Problem;
            if (_channels.TryGetValue(number, out var channel)) Move(channel, on);
            return null;
        }, new("outlet", "the number of a channel"), new("on", "true or false"));
    }

    public static SimulatorDescriptor Descriptor { get; } = new("modbus-sequencer", "power", "Power sequencer with coils, Modbus TCP or RTU",
        [LinkKind.Tcp, LinkKind.Serial], static (setting, time) => new SimulatedSequencer(setting, time))
    { LinkPrefix = "modbus+" };

    protected override void BackToFactory()
    {
        foreach (var channel in _channels.Values)
        {
            channel.Pending?.Dispose();
            (channel.IsOn, channel.CoilShown, channel.Pending) = (_startsOn, null, null);
        }
    }

    // Relays fall off without power.
    protected override void Restarted()
    {
        foreach (var channel in _channels.Values) (channel.IsOn, channel.CoilShown) = (_startsOn, null);
    }

    protected override void Describe(JsonObject state)
    {
        state["unit"] = Number;
        state["outlets"] = new JsonObject(_channels.Select(each => KeyValuePair.Create($"{each.Key}", (JsonNode?)JsonValue.Create(each.Value.IsOn))));
    }

    private static IEnumerable<int> Numbers(string list)
    {
        foreach (var part in list.Split(','))
        {
            var ends = part.Split('-');
            if (!int.TryParse(ends[0], out var first) || !int.TryParse(ends[^1], out var last))
                throw new CannotSimulateException($"'{list}' is no list of channels; give for example 1-4,6,8.");
            for (var number = first; number <= last; number++) yield return number;
        }
    }

    private void Obey(Channel channel, bool on)
    {
        channel.Pending?.Dispose();
        if (_diesAfter.Now is { } left)
        {
            _diesAfter.Become(left <= 1 ? null : left - 1);
            if (left <= 1) PowerOff();
        }

        if (_lies.Now)
        {
            channel.CoilShown = on;
            return;
        }

        channel.CoilShown = null;
        if (_relayDelay.Now == TimeSpan.Zero) Act(channel, on);
        else channel.Pending = After(_relayDelay.Now, () => Act(channel, on));
    }

    private void Act(Channel channel, bool on)
    {
        if (!on && _ignoresOff.Now) return;
        Move(channel, on);
        if (!on && _comesBack.Now > TimeSpan.Zero) channel.Pending = After(_comesBack.Now, () => Move(channel, true));
    }

    private static void Move(Channel channel, bool on) => (channel.IsOn, channel.CoilShown) = (on, null);

    private sealed class Channel
    {
        public bool IsOn { get; set; }
        public bool? CoilShown { get; set; }
        public IDisposable? Pending { get; set; }
    }
}
