using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests;

/// <summary>The switches that move a time or a small habit of one protocol: each makes the difference that its summary promises.</summary>
public sealed class TimingSwitchTests
{
    [Theory]
    [InlineData("nak", "NAK\n\n")]
    [InlineData("ignore", "ACK\n\n")]
    public void Videohub_locked_write(string mode, string answer)
    {
        using var bench = new Bench("videohub", """{"inputs":2,"outputs":2}""");
        bench.Switch("locked-outputs", "[0]");
        bench.Switch("locked-write", $"\"{mode}\"");
        var client = bench.Connect();
        client.Take();

        Assert.Equal(answer, client.Ask("VIDEO OUTPUT ROUTING:\n0 1\n\n"));
        Assert.Equal(0, bench.State("routing.0").GetValue<int>());
    }

    [Fact]
    public void Videohub_reports_unchanged()
    {
        using var bench = new Bench("videohub", """{"inputs":2,"outputs":2}""");
        bench.Switch("reports-unchanged", "true");
        var client = bench.Connect();
        client.Take();

        Assert.Equal("ACK\n\nVIDEO OUTPUT ROUTING:\n0 0\n\n", client.Ask("VIDEO OUTPUT ROUTING:\n0 0\n\n"));
    }

    [Theory]
    [InlineData("refuse", "NAK\n\n")]
    [InlineData("frozen", "ACK\n\n")]
    public void Videohub_refuses_or_only_acknowledges(string name, string answer)
    {
        using var bench = new Bench("videohub", """{"inputs":2,"outputs":2}""");
        bench.Switch(name, "true");
        var client = bench.Connect();
        client.Take();

        Assert.Equal(answer, client.Ask("VIDEO OUTPUT ROUTING:\n0 1\n\n"));
        Assert.Equal(0, bench.State("routing.0").GetValue<int>());
        Assert.Equal("ACK\n\nVIDEO OUTPUT ROUTING:\n0 0\n1 1\n\n", client.Ask("VIDEO OUTPUT ROUTING:\n\n"));
    }

    [Theory]
    [InlineData(true, "record", 2)]
    [InlineData(false, "stopped", 1)]
    public void Hyperdeck_auto_spill(bool on, string status, int slot)
    {
        using var bench = new Bench("hyperdeck", """{"capacity":60}""");
        bench.Switch("auto-spill", on ? "true" : "false");
        bench.Connect().Ask("record\r\n");
        bench.Pass("61s");

        Assert.Equal(status, (string?)bench.State("status"));
        Assert.Equal(slot, bench.State("slot").GetValue<int>());
    }

    [Fact]
    public void Hyperdeck_mounting_time()
    {
        using var bench = new Bench("hyperdeck");
        bench.Switch("slot-2", "\"empty\"");
        bench.Switch("mounting-time", "\"20s\"");
        Assert.Null(bench.Press("insert-disk", """{"slot":2}"""));
        bench.Pass("19s");
        Assert.Equal("mounting", (string?)bench.State("slots.1.status"));
        bench.Pass("1s");

        Assert.Equal("mounted", (string?)bench.State("slots.1.status"));
    }

    [Fact]
    public void Hyperdeck_names_active_slot()
    {
        using var bench = new Bench("hyperdeck");
        bench.Switch("names-active-slot", "true");

        Assert.Contains("\r\nactive slot: 1\r\n", bench.Connect().Ask("transport info\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Extron_verbose_default()
    {
        using var bench = new Bench("extron-sis");
        bench.Switch("verbose-default", "3");

        Assert.EndsWith("Vrb3\r\n", bench.Connect().Ask("\eCV\r"), StringComparison.Ordinal);
        Assert.Equal("Vrb3\r\n", bench.Connect(LinkKind.Serial).Ask("\eCV\r"));
    }

    [Fact]
    public void Extron_quik_for_all()
    {
        using var bench = new Bench("extron-sis");
        bench.Switch("quik-for-all", "true");
        var line = bench.Connect(LinkKind.Serial);
        Assert.Null(bench.Press("route", """{"input":3,"output":1}"""));

        Assert.Equal("Qik\r\n", line.Take());
    }

    [Fact]
    public void Extron_idle_close()
    {
        using var bench = new Bench("extron-sis");
        bench.Switch("idle-close", "\"10s\"");
        var client = bench.Connect();
        bench.Pass("10s");
        Assert.True(client.Closed);

        bench.Switch("idle-close", "false");
        var patient = bench.Connect();
        bench.Pass("1d");
        Assert.False(patient.Closed);
    }

    [Theory]
    [InlineData("fan-1", "0", " 0 774 1 1\r\n")]
    [InlineData("supply-2", "false", " 753 774 1 0\r\n")]
    public void Extron_health(string name, string value, string end)
    {
        using var bench = new Bench("extron-sis");
        bench.Switch(name, value);

        Assert.EndsWith(end, bench.Connect(LinkKind.Serial).Ask("S"), StringComparison.Ordinal);
    }

    [Fact]
    public void Cisco_dial_ring_and_disconnect_time()
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch("dial-time", "\"1s\"");
        bench.Switch("ring-time", "\"2s\"");
        bench.Switch("disconnect-time", "\"3s\"");
        Assert.Null(bench.Press("dial", """{"uri":"a"}"""));
        Assert.Equal("Dialling", Walk(bench, "900ms"));
        Assert.Equal("Ringing", Walk(bench, "200ms"));
        Assert.Equal("Ringing", Walk(bench, "1800ms"));
        Assert.Equal("Connected", Walk(bench, "200ms"));
        Assert.Null(bench.Press("hang-up"));
        Assert.Equal("Disconnecting", Walk(bench, "2900ms"));
        bench.Pass("200ms");

        Assert.Equal("[]", bench.State("calls").ToJsonString());
    }

    [Fact]
    public void Cisco_no_answer_time()
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch("far-end", "\"no-answer\"");
        bench.Switch("no-answer-time", "\"5s\"");
        Assert.Null(bench.Press("dial", """{"uri":"a"}"""));
        Assert.Equal("Ringing", Walk(bench, "5s"));
        bench.Pass("1s");

        Assert.Equal("[]", bench.State("calls").ToJsonString());
    }

    [Fact]
    public void Cisco_standby_time()
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch("standby-time", "\"5s\"");
        Assert.Null(bench.Press("standby", """{"on":true}"""));
        bench.Pass("4s");
        Assert.Equal("EnteringStandby", (string?)bench.State("standby"));
        bench.Pass("1s");

        Assert.Equal("Standby", (string?)bench.State("standby"));
    }

    [Fact]
    public void Cisco_overheat_time()
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch("overheat-time", "\"5m\"");
        bench.Switch("temperature", "90");
        bench.Pass("4m");
        bench.Switch("temperature", "60");
        bench.Pass("1h");
        Assert.True(bench.Device.Powered);
        bench.Switch("temperature", "90");
        bench.Pass("5m");

        Assert.False(bench.Device.Powered);
    }

    [Fact]
    public void Cisco_login_required()
    {
        using var bench = new Bench("cisco-xapi");
        var line = bench.Connect(LinkKind.Serial);
        bench.Switch("login-required", "true");

        Assert.Equal("\r\nlogin: ", bench.Connect().Take());
        Assert.StartsWith("bye\r\n", line.Ask("bye\r"), StringComparison.Ordinal);
        Assert.EndsWith("\r\nlogin: ", line.Ask("\r"), StringComparison.Ordinal);
    }

    [Fact]
    public void Cisco_feedback_cap()
    {
        using var bench = new Bench("cisco-xapi");
        bench.Switch("feedback-cap", "1");
        var client = bench.Connect();
        client.Ask("xFeedback register /Status/Audio\n");

        Assert.Contains("(status=Error)", client.Ask("xFeedback register /Status/Call\n"), StringComparison.Ordinal);
    }

    private static string? Walk(Bench bench, string duration)
    {
        bench.Pass(duration);
        return (string?)bench.State("calls.0.status");
    }
}
