using System.Text;

namespace AvGateway.Simulator.Tests.Videohub;

/// <summary>What the transcripts do not show: several clients, bad input, any cut of the stream.</summary>
public sealed class VideohubTests
{
    private const string Small = """{"inputs":4,"outputs":3}""";

    [Fact]
    public void A_change_by_one_client_reaches_all_and_the_acknowledgement_only_the_one_who_asked()
    {
        using var bench = new Bench("videohub", Small);
        var first = bench.Connect();
        var second = bench.Connect();
        first.Take();
        second.Take();

        Assert.Equal("ACK\n\nVIDEO OUTPUT ROUTING:\n2 0\n\n", first.Ask("VIDEO OUTPUT ROUTING:\n2 0\n\n"));
        Assert.Equal("VIDEO OUTPUT ROUTING:\n2 0\n\n", second.Take());
        Assert.Equal(0, bench.State("routing.2").GetValue<int>());
    }

    [Fact]
    public void An_update_holds_only_the_lines_that_changed()
    {
        using var bench = new Bench("videohub", Small);
        var client = bench.Connect();
        client.Take();

        Assert.Equal("ACK\n\nVIDEO OUTPUT ROUTING:\n0 3\n\n", client.Ask("VIDEO OUTPUT ROUTING:\n0 3\n1 1\n\n"));
        Assert.Equal("ACK\n\n", client.Ask("VIDEO OUTPUT ROUTING:\n0 3\n\n"));
    }

    [Fact]
    public void A_lock_belongs_to_an_address_not_to_a_connection()
    {
        using var bench = new Bench("videohub", Small);
        var owner = bench.Connect();
        var colleague = bench.Connect();
        var stranger = bench.Connect(peer: "127.0.0.2");
        foreach (var each in new[] { owner, colleague, stranger }) each.Take();

        Assert.Equal("ACK\n\nVIDEO OUTPUT LOCKS:\n0 O\n\n", owner.Ask("VIDEO OUTPUT LOCKS:\n0 O\n\n"));
        Assert.Equal("VIDEO OUTPUT LOCKS:\n0 O\n\n", colleague.Take());
        Assert.Equal("VIDEO OUTPUT LOCKS:\n0 L\n\n", stranger.Take());
        Assert.Equal("NAK\n\n", stranger.Ask("VIDEO OUTPUT ROUTING:\n1 0\n0 2\n\n"));
        Assert.Equal("NAK\n\n", stranger.Ask("OUTPUT LABELS:\n0 mine\n\n"));
        Assert.Equal("NAK\n\n", stranger.Ask("VIDEO OUTPUT LOCKS:\n0 U\n\n"));
        Assert.Equal(1, bench.State("routing.1").GetValue<int>());
        Assert.StartsWith("ACK\n\n", colleague.Ask("VIDEO OUTPUT ROUTING:\n0 2\n\n"), StringComparison.Ordinal);
        stranger.Take();
        Assert.StartsWith("ACK\n\n", stranger.Ask("VIDEO OUTPUT LOCKS:\n0 F\n\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello\n\n")]
    [InlineData("VIDEO OUTPUT ROUTING\n0 1\n\n")]
    [InlineData("VIDEO OUTPUT ROUTING:\n0\n\n")]
    [InlineData("VIDEO OUTPUT ROUTING:\n0 -1\n\n")]
    [InlineData("VIDEO OUTPUT ROUTING:\n0 1\nx y\n\n")]
    [InlineData("VIDEO OUTPUT LOCKS:\n0 Q\n\n")]
    [InlineData("SERIAL PORT ROUTING:\n\n")]
    [InlineData("TELEPATHY:\n1 2\n\n")]
    public void What_it_does_not_understand_is_refused_once_changes_nothing_and_leaves_the_connection(string block)
    {
        using var bench = new Bench("videohub", Small);
        var client = bench.Connect();
        client.Take();

        Assert.Equal("NAK\n\n", client.Ask(block));
        Assert.Equal("[0,1,2]", bench.State("routing").ToJsonString());
        Assert.Equal("ACK\n\n", client.Ask("PING:\n\n"));
    }

    [Fact]
    public void Any_cut_and_either_line_end_gives_the_same_answers()
    {
        using var bench = new Bench("videohub", Small);
        var whole = Encoding.UTF8.GetBytes("VIDEO OUTPUT ROUTING:\r\n0 1\r\n\r\n\nPING:\n\nINPUT LABELS:\n0 审判长\n\n");
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            bench.Device.Reset();
            var client = bench.Connect();
            client.Take();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);

            Assert.Equal("ACK\n\nVIDEO OUTPUT ROUTING:\n0 1\n\nACK\n\nACK\n\nINPUT LABELS:\n0 审判长\n\n", client.Take());
        }
    }

    [Fact]
    public void An_endless_line_is_refused_and_does_not_grow()
    {
        using var bench = new Bench("videohub", Small);
        var client = bench.Connect();
        client.Take();

        for (var i = 0; i < 1000; i++) client.Say(new string('x', 1000));
        Assert.Equal("NAK\n\n", client.Ask("\n\n"));
        Assert.All(bench.Device.Trace.Since(0), frame => Assert.True(frame.Text.Length < 2000));
    }

    [Fact]
    public void The_update_may_come_later_than_the_acknowledgement()
    {
        using var bench = new Bench("videohub", Small);
        bench.Switch("update-delay", "\"700ms\"");
        var client = bench.Connect();
        client.Take();

        Assert.Equal("ACK\n\n", client.Ask("VIDEO OUTPUT ROUTING:\n0 1\n\n"));
        bench.Pass("600ms");
        Assert.Equal("", client.Take());
        bench.Pass("100ms");
        Assert.Equal("VIDEO OUTPUT ROUTING:\n0 1\n\n", client.Take());
    }

    [Fact]
    public void Prelude_switches_cut_it_stall_it_and_put_the_future_in()
    {
        using var bench = new Bench("videohub", Small);
        bench.Switch("unknown-block", "true");
        var future = bench.Connect().Take();
        Assert.Contains("\n\nHOLOGRAM STATUS:\n", future, StringComparison.Ordinal);

        bench.Switch("unknown-block", "false");
        bench.Switch("prelude-cut", "\"stall\"");
        var stalled = bench.Connect();
        var half = stalled.Take();
        Assert.StartsWith("PROTOCOL PREAMBLE:", half, StringComparison.Ordinal);
        Assert.DoesNotContain("END PRELUDE", half, StringComparison.Ordinal);
        Assert.Equal("", stalled.Ask("PING:\n\n"));
        Assert.False(stalled.Closed);

        bench.Switch("prelude-cut", "\"close\"");
        Assert.True(bench.Connect().Closed);
    }

    [Fact]
    public void Nak_storm_refuses_even_a_ping()
    {
        using var bench = new Bench("videohub", Small);
        bench.Switch("nak-storm", "true");
        var client = bench.Connect();
        client.Take();

        Assert.Equal("NAK\n\n", client.Ask("PING:\n\n"));
    }

    [Fact]
    public void Routing_survives_a_restart_unless_told_to_forget()
    {
        using var bench = new Bench("videohub", Small);
        Assert.Null(bench.Press("route", """{"output":0,"input":3}"""));
        Assert.Null(bench.Press("power-cycle"));
        bench.Pass("1m");
        Assert.Equal(3, bench.State("routing.0").GetValue<int>());

        bench.Switch("forgets-routing", "true");
        Assert.Null(bench.Press("power-cycle"));
        bench.Pass("1m");
        Assert.Equal(0, bench.State("routing.0").GetValue<int>());
    }

    [Fact]
    public void Monitoring_and_serial_ports_have_their_own_blocks()
    {
        using var bench = new Bench("videohub", """{"inputs":2,"outputs":2,"monitoringOutputs":1,"serialPorts":1,"cards":true}""");
        var client = bench.Connect();
        var prelude = client.Take();

        Assert.Contains("MONITORING OUTPUT LABELS:\n0 Monitor 1\n\n", prelude, StringComparison.Ordinal);
        Assert.Contains("SERIAL PORT DIRECTIONS:\n0 auto\n\n", prelude, StringComparison.Ordinal);
        Assert.Contains("VIDEO INPUT STATUS:\n0 BNC\n1 BNC\n\n", prelude, StringComparison.Ordinal);
        Assert.Equal("ACK\n\nVIDEO MONITORING OUTPUT ROUTING:\n0 1\n\n", client.Ask("VIDEO MONITORING OUTPUT ROUTING:\n0 1\n\n"));
        Assert.Equal("ACK\n\nMONITORING OUTPUT LOCKS:\n0 O\n\n", client.Ask("VIDEO MONITORING OUTPUT LOCKS:\n0 O\n\n"));
        Assert.Equal("ACK\n\n", client.Ask("VIDEO INPUT STATUS:\n0 Optical\n\n"));
        Assert.Equal("ACK\n\nSERIAL PORT DIRECTIONS:\n0 slave\n\n", client.Ask("SERIAL PORT DIRECTIONS:\n0 slave\n\n"));
    }
}
