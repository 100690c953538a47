using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>A switched rack PDU with an APC management card: outlets with relays of their own will, phases, and PowerNet-MIB's tables.</summary>
internal sealed class SimulatedPdu : SnmpAgent, ICatalogued
{
    private const int WrongType = 7, WrongValue = 10;
    private const string Apc = "1.3.6.1.4.1.318.1.1";
    private static readonly TimeSpan OrderDelay = TimeSpan.FromSeconds(5);

    private readonly PduFamily _family;
    private readonly PduSwitches _switches;
    private readonly PduOutlet[] _outlets;
    private readonly int _phases;
    private readonly bool _metered;
    private int _orders;

    public SimulatedPdu(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time)
    {
        var family = setting.Word("family", PduFamily.All[0].Name);
        _family = Array.Find(PduFamily.All, each => each.Name == family)
            ?? throw new CannotSimulateException($"There is no family '{family}'; there is {string.Join(", ", PduFamily.All.Select(each => each.Name))}.");
        _outlets = [.. Enumerable.Range(0, setting.Count("outlets", 8, 1, 48)).Select(_ => new PduOutlet())];
        _phases = _family.Name == "masterswitch" ? 0 : setting.Count("phases", 3, 1, 3);
        _metered = _family.Name == "rpdu2" && setting.Count("metered", 1, 0, 1) == 1;
        _switches = new(Switches);
        SystemId = Oid.Parse(setting.Word("sysObjectID", _family.SystemId));
        SystemName = setting.Word("name", "rack-pdu");
        Panel.Add("switch", "Switches an outlet by hand: at the unit, on its web page, by its schedule.", args =>
        {
            if (!args.Integer("outlet", 1, _outlets.Length, out var outlet) || !args.Boolean("on", out var on)) return args.Problem;
            Move(_outlets[outlet - 1], on);
            return null;
        }, new("outlet", $"a whole number from 1 to {_outlets.Length}"), new("on", "true or false"));
        Build();
    }

    public static SimulatorDescriptor Descriptor { get; } = new("snmp-pdu", "power", "APC switched rack PDU with its management card", [LinkKind.Udp],
        static (setting, time) => new SimulatedPdu(setting, time))
    { UdpScheme = "snmp" };

    protected override string SystemDescription => $"APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.5.0 PN:apc_hw05_aos_650.bin MN:{Model} SN: {SerialNumber})";

    private string Model => Setting.Word("model", _family.Name switch { "rpdu2" => "AP8959EU3", "rpdu" => "AP7952", _ => "AP9212" });

    private string SerialNumber => Setting.Word("serialNumber", "5A" + Identity.Hex(Setting.Id, 10));

    private string Firmware => Setting.Word("firmware", "v6.5.6");

    protected override void BackToFactory()
    {
        base.BackToFactory();
        _orders = 0;
        foreach (var outlet in _outlets) outlet.BackToStart();
    }

    protected override void Restarted()
    {
        base.Restarted();
        foreach (var outlet in _outlets)
        {
            outlet.Pending?.Dispose();
            if (_switches.AfterPower.Now != "last") outlet.IsOn = outlet.ShownOn = _switches.AfterPower.Now == "on";
        }
    }

    protected override void Describe(JsonObject state)
    {
        state["family"] = _family.Name;
        state["model"] = Model;
        state["serialNumber"] = SerialNumber;
        state["outlets"] = new JsonArray([.. _outlets.Select(outlet => (JsonNode)JsonValue.Create(outlet.IsOn))]);
        state["shown"] = new JsonArray([.. _outlets.Select(outlet => (JsonNode)JsonValue.Create(outlet.ShownOn))]);
        state["orders"] = _orders;
    }

    protected override void Fill(ObjectTree objects)
    {
        Identify(objects);
        for (var i = 0; i < _outlets.Length; i++)
        {
            var outlet = _outlets[i];
            if (_family.StateColumn.Length > 0) objects.Add($"{_family.StateColumn}.{i + 1}", () => Tlv.Of(_family.StateCode(outlet.ShownOn)));
            objects.Add($"{_family.OrderColumn}.{i + 1}",
                new ManagedObject(() => Tlv.Of(_family.OrderCode(outlet.ShownOn)), Check, value => Obey(outlet, _family.Order(value.Number))));
            if (_metered) objects.Add($"{Apc}.26.9.4.3.1.6.{i + 1}", () => Tlv.Unsigned(Tlv.Gauge32, (ulong)Tenths(outlet)));
        }

        for (var i = 0; i < _phases; i++)
        {
            var phase = i;
            var row = _family.Name == "rpdu2" ? $"{Apc}.26.6.3.1" : $"{Apc}.12.2.3.1.1";
            var (load, state) = _family.Name == "rpdu2" ? ("5", "4") : ("2", "3");
            objects.Add($"{row}.{load}.{i + 1}", () => Tlv.Unsigned(Tlv.Gauge32, (ulong)Tenths(phase)));
            objects.Add($"{row}.{state}.{i + 1}", () => Tlv.Of(LoadState(phase)));
        }
    }

    private void Identify(ObjectTree objects)
    {
        var (firmware, model, serial) = _family.Name switch
        {
            "rpdu2" => ("26.2.1.6.1", "26.2.1.8.1", "26.2.1.9.1"),
            "rpdu" => ("12.1.3.0", "12.1.5.0", "12.1.6.0"),
            _ => ("4.1.2.0", "4.1.4.0", "4.1.5.0"),
        };
        objects.Add($"{Apc}.{firmware}", () => Tlv.Of(Firmware));
        objects.Add($"{Apc}.{model}", () => Tlv.Of(Model));
        objects.Add($"{Apc}.{serial}", () => Tlv.Of(SerialNumber));
    }

    private int Check(Tlv value) => value.Tag != Tlv.Integer ? WrongType : _family.Order(value.Number) is OutletOrder.Unknown ? WrongValue : 0;

    private void Obey(PduOutlet outlet, OutletOrder order)
    {
        _orders++;
        if (_switches.RestartAfter.Now is { } left)
        {
            _switches.RestartAfter.Become(left <= 1 ? null : left - 1);
            if (left <= 1) RestartCard();
        }

        if (order is not OutletOrder.Cancel || outlet.IsDelayed) outlet.Pending?.Dispose();
        outlet.IsDelayed = order is OutletOrder.DelayedOn or OutletOrder.DelayedOff or OutletOrder.DelayedReboot;
        var wait = _switches.RelayDelay.Now + (outlet.IsDelayed ? OrderDelay : TimeSpan.Zero);
        switch (order)
        {
            case OutletOrder.On or OutletOrder.DelayedOn: Later(outlet, wait, () => Move(outlet, true)); break;
            case OutletOrder.Off or OutletOrder.DelayedOff: Later(outlet, wait, () => Release(outlet)); break;
            case OutletOrder.Reboot or OutletOrder.DelayedReboot:
                Later(outlet, wait, () =>
                {
                    Release(outlet);
                    Later(outlet, OrderDelay, () => Move(outlet, true));
                });
                break;
        }
    }

    private void Later(PduOutlet outlet, TimeSpan wait, Action act)
    {
        if (wait == TimeSpan.Zero) act();
        else outlet.Pending = After(wait, act);
    }

    private void Release(PduOutlet outlet)
    {
        if (_switches.IgnoresOff.Now) return;
        if (_switches.Lies.Now) outlet.ShownOn = false;
        else Move(outlet, false);
        if (_switches.ComesBack.Now > TimeSpan.Zero) Later(outlet, _switches.ComesBack.Now, () => Move(outlet, true));
    }

    private static void Move(PduOutlet outlet, bool on) => outlet.IsOn = outlet.ShownOn = on;

    private int Tenths(PduOutlet outlet) => outlet.IsOn ? (int)Math.Round(_switches.OutletCurrent.Now * 10) : 0;

    // Neighbouring outlets hang on neighbouring phases.
    private int Tenths(int phase) => _outlets.Where((_, i) => i % _phases == phase).Sum(Tenths);

    // The two families number the same four states differently.
    private int LoadState(int phase)
    {
        var state = _switches.PhaseLoad.Now != "as-measured" ? _switches.PhaseLoad.Now : Tenths(phase) < 2 ? "low" : "normal";
        string[] words = _family.Name == "rpdu2" ? ["low", "normal", "near-overload", "overload"] : ["normal", "low", "near-overload", "overload"];
        return 1 + Array.IndexOf(words, state);
    }

    /// <summary>One relay, and what the card says about it.</summary>
    private sealed class PduOutlet
    {
        public bool IsOn { get; set; } = true;
        public bool ShownOn { get; set; } = true;
        public bool IsDelayed { get; set; }
        public IDisposable? Pending { get; set; }

        public void BackToStart()
        {
            Pending?.Dispose();
            (IsOn, ShownOn, IsDelayed, Pending) = (true, true, false, null);
        }
    }
}
