using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests;

/// <summary>The switches that every device has, tried on every device.</summary>
public sealed class CommonSwitchTests
{
    private static readonly string[] Names = ["delay", "drop", "frozen", "garbage", "half-open", "mute", "refuse", "seed", "slice"];

    /// <summary>Protocol and a question that changes nothing and has an answer.</summary>
    private static readonly Dictionary<string, byte[]> Questions = new()
    {
        ["videohub"] = "PING:\n\n"u8.ToArray(),
        ["hyperdeck"] = "device info\r\n"u8.ToArray(),
        ["epiphan-pearl"] = "GET /api/v2.0/recorders HTTP/1.1\r\n\r\n"u8.ToArray(),
        ["isapi-recorder"] = "GET /ISAPI/System/deviceInfo HTTP/1.1\r\n\r\n"u8.ToArray(),
        ["extron-smp"] = "I"u8.ToArray(),
        ["extron-sis"] = "I"u8.ToArray(),
        ["cisco-xapi"] = "xStatus Standby State\r\n"u8.ToArray(),
        ["sip-codec"] = System.Text.Encoding.ASCII.GetBytes(
            "OPTIONS sip:codec@codec.example SIP/2.0\r\nVia: SIP/2.0/TCP gw.example;branch=z9hG4bK1\r\nFrom: <sip:gw@gw.example>;tag=a\r\n"
            + "To: <sip:codec@codec.example>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"),
        ["poly"] = "volume get\r\n"u8.ToArray(),
        ["kramer-p3000"] = "#MODEL?\r"u8.ToArray(),
        // Modbus/TCP, unit 1: coils 0 to 7, holding registers 0 and 1; the transaction has no byte that is no text.
        ["modbus-sequencer"] = Convert.FromHexString("414200000006010100000008"),
        ["modbus-sensor"] = Convert.FromHexString("414200000006010300000002"),
        // SNMP v2c, GET sysName.0.
        ["snmp-ups"] = Convert.FromHexString("302902010104067075626C6963A01C02047B000001020100020100300E300C06082B060102010105000500"),
        ["snmp-pdu"] = Convert.FromHexString("302902010104067075626C6963A01C02047B000001020100020100300E300C06082B060102010105000500"),
        ["nec-display"] = "\u00010A0A06\u000201D6\u0003t\r"u8.ToArray(),
        ["gsm-modem"] = "AT+CSQ\r"u8.ToArray(),
        ["trial-host"] = "\0\u0002\0\u000bsys.version"u8.ToArray(),
        ["tesira"] = "DEVICE get version\n"u8.ToArray(),
        ["shure"] = "< GET MODEL >"u8.ToArray(),
        ["lightware-lw3"] = "GET /.ProductName\r\n"u8.ToArray(),
        ["qsys"] = "{\"jsonrpc\":\"2.0\",\"method\":\"NoOp\",\"params\":{},\"id\":1}\0"u8.ToArray(),
        ["visca"] = Convert.FromHexString("81090002FF"),
        ["pjlink"] = "%1CLSS ?\r"u8.ToArray(),

        ["profile"] = "PWR?\r"u8.ToArray(),
        ["wake-on-lan"] = "a-program-that-is-not-installed\n"u8.ToArray(),

        // It has no question: an outlet that is off is told to be off.
        ["serial-power"] = "\u003A\u0001\u0005\u0001\u0000\r"u8.ToArray(),
    };

    public static TheoryData<string> Protocols => [.. SimulatorCatalog.BuiltIn.All.Select(each => each.Protocol)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Every_device_has_the_common_switches(string protocol)
    {
        using var bench = new Bench(protocol);

        Assert.Subset(bench.Device.Switches.All.Select(each => each.Name).ToHashSet(), Names.ToHashSet());
        Assert.All(bench.Device.Switches.All, each => Assert.False(string.IsNullOrWhiteSpace(each.Summary)));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Mute_hears_and_never_answers(string protocol)
    {
        using var bench = new Bench(protocol);
        var client = bench.Connect();
        client.Take();
        bench.Switch("mute", "true");

        Assert.Equal("", client.Ask(Questions[protocol]));
        Assert.Contains(bench.Device.Trace.Since(0), frame => frame.Direction == TraceDirection.Received);
        Assert.Contains(bench.Device.Trace.Since(0), frame => frame.Direction == TraceDirection.Withheld);
        bench.Switch("mute", "false");
        Assert.NotEqual("", client.Ask(Questions[protocol]));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Half_open_lets_nothing_pass_and_resets_the_connection_afterwards(string protocol)
    {
        using var bench = new Bench(protocol);
        var client = bench.Connect();
        client.Take();
        bench.Switch("half-open", "true");
        var before = bench.Device.Trace.Since(0).Count(frame => frame.Direction == TraceDirection.Received);

        Assert.Equal("", client.Ask(Questions[protocol]));
        Assert.Equal(before, bench.Device.Trace.Since(0).Count(frame => frame.Direction == TraceDirection.Received));
        Assert.False(client.Closed);
        Assert.Equal("", bench.Connect().Take());
        bench.Switch("half-open", "false");
        Assert.True(client.Aborted);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Drop_closes_every_connection_and_accepts_none(string protocol)
    {
        using var bench = new Bench(protocol);
        var client = bench.Connect();
        bench.Switch("drop", "true");

        Assert.True(client.Closed);
        Assert.False(bench.Device.AcceptsConnections);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Delay_keeps_everything_back_that_long_and_in_order(string protocol)
    {
        using var bench = new Bench(protocol);
        var client = bench.Connect();
        client.Take();
        var plain = client.Ask(Questions[protocol]);
        bench.Switch("delay", "\"200ms\"");

        Assert.Equal("", client.Ask(Questions[protocol]));
        bench.Switch("delay", "false");
        Assert.Equal("", client.Ask(Questions[protocol]));
        bench.Pass("199ms");
        Assert.Equal("", client.Take());
        bench.Pass("1ms");
        Assert.Equal(plain + plain, client.Take());
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Slice_cuts_and_joins_without_losing_a_byte_and_the_same_for_the_same_seed(string protocol)
    {
        Assert.Equal(Pieces(protocol, 7), Pieces(protocol, 7));
        Assert.NotEqual(Pieces(protocol, 7), Pieces(protocol, 8));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Garbage_stands_before_each_answer(string protocol)
    {
        using var bench = new Bench(protocol);
        var client = bench.Connect();
        client.Take();
        var plain = client.Ask(Questions[protocol]);
        bench.Switch("garbage", "\"hex:00ff\"");
        client.Say(Questions[protocol]);

        Assert.Equal([0x00, 0xFF], client.TakeBytes()[..2]);
        bench.Switch("garbage", "true");
        client.Say(Questions[protocol]);
        var noisy = client.TakeBytes();
        Assert.True(noisy.Length > plain.Length);
        Assert.True(noisy[0] is 0 or >= 0x80);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void A_restart_takes_the_boot_time(string protocol)
    {
        using var bench = new Bench(protocol);
        bench.Switch("boot-time", "\"10s\"");
        var client = bench.Connect();
        Assert.Null(bench.Press("power-cycle"));

        Assert.True(client.Closed);
        bench.Pass("9s");
        Assert.False(bench.Device.AcceptsConnections);
        bench.Pass("1s");
        Assert.True(bench.Device.AcceptsConnections);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Reset_goes_back_to_the_first_start(string protocol)
    {
        using var bench = new Bench(protocol);
        var start = bench.Device.State().ToJsonString();
        bench.Switch("mute", "true");
        var client = bench.Connect();
        Assert.Null(bench.Press("power-off"));
        bench.Device.Reset();

        Assert.True(client.Closed);
        Assert.Equal(start, bench.Device.State().ToJsonString());
        Assert.NotEqual("", bench.Connect().Ask(Questions[protocol]));
    }

    [Theory]
    [InlineData("delay", "5")]
    [InlineData("delay", "\"five\"")]
    [InlineData("delay", "\"-1s\"")]
    [InlineData("mute", "\"yes\"")]
    [InlineData("seed", "-1")]
    [InlineData("garbage", "\"hex:0\"")]
    [InlineData("garbage", "5")]
    [InlineData("refuse", "[]")]
    public void A_wrong_value_is_named_with_what_would_be_right(string name, string json)
    {
        using var bench = new Bench("videohub");

        var problem = bench.Device.SetSwitch(name, System.Text.Json.Nodes.JsonNode.Parse(json));

        Assert.Equal(ControlFault.Invalid, problem?.Fault);
        Assert.Contains(name, problem!.Detail, StringComparison.Ordinal);
        Assert.StartsWith("Give ", problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_switch_is_answered_with_the_known_ones()
    {
        using var bench = new Bench("videohub");

        var problem = bench.Device.SetSwitch("muted", null);

        Assert.Equal(ControlFault.Unknown, problem?.Fault);
        Assert.Contains("mute", problem!.Known!);
    }

    private static string[] Pieces(string protocol, int seed)
    {
        using var bench = new Bench(protocol);
        var plain = bench.Connect();
        for (var i = 0; i < 20; i++) plain.Say(Questions[protocol]);
        bench.Switch("slice", "true");
        bench.Device.SetSwitch("seed", seed);
        var client = bench.Connect();
        for (var i = 0; i < 20; i++) client.Say(Questions[protocol]);
        bench.Pass("30s");

        Assert.Equal(plain.Take(), client.Take());
        Assert.True(client.Pieces.Count > 3);
        return [.. client.Pieces.Select(piece => WireText.Write(piece))];
    }
}
