using System.Globalization;

namespace AvGateway.Simulator.Tests.ExtronSmp;

/// <summary>What the transcripts do not show: time that passes, several clients, the unkind switches, any cut of the stream.</summary>
public sealed class SmpTests
{
    private const string Record = "\u001BY1RCDR\r";
    private const string Stop = "\u001BY0RCDR\r";

    [Fact]
    public void Time_and_disk_move_together_while_it_records()
    {
        using var bench = new Bench("extron-smp");
        var client = Enter(bench);
        client.Ask(Record);
        var before = Status(client);
        bench.Pass("100s");
        var after = Status(client);

        Assert.Equal(("00:01:40", 64_000), (after[4], long.Parse(before[3], CultureInfo.InvariantCulture) - long.Parse(after[3], CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("no-growth", "00:00:10")]
    [InlineData("time-only", "00:01:10")]
    public void A_file_that_does_not_grow_shows_only_in_the_figures(string name, string elapsed)
    {
        using var bench = new Bench("extron-smp");
        var client = Enter(bench);
        client.Ask(Record);
        bench.Pass("10s");
        bench.Switch(name, "true");
        var before = Status(client);
        bench.Pass("60s");
        var after = Status(client);

        Assert.Equal(("recording", elapsed, before[3]), (after[1], after[4], after[3]));
        bench.Switch(name, "false");
        bench.Pass("1s");
        Assert.NotEqual(before[3], Status(client)[3]);
    }

    [Fact]
    public void Others_are_told_what_one_does_and_only_those_who_want_it()
    {
        using var bench = new Bench("extron-smp");
        var one = Enter(bench);
        var other = Enter(bench);
        var silent = bench.Connect();
        silent.Take();

        Assert.Equal("RcdrY1\r\n", one.Ask(Record));
        Assert.Equal("RcdrY1\r\n", other.Take());
        Assert.Equal("", silent.Take());
    }

    [Fact]
    public void Each_recording_ends_by_itself_when_it_is_wished_to()
    {
        using var bench = new Bench("extron-smp");
        bench.Switch("stops-by-itself", "\"7s\"");
        var client = Enter(bench);
        client.Ask(Record);
        bench.Pass("6s");
        Assert.Equal("recording", (string?)bench.State("recorder"));
        bench.Pass("1s");

        Assert.Equal("finalising", (string?)bench.State("recorder"));
        Assert.Equal("RcdrY0\r\n", client.Take());
    }

    [Fact]
    public void A_disk_runs_full_and_takes_nothing_more()
    {
        using var bench = new Bench("extron-smp");
        bench.Switch("disk-left", "30");
        var client = Enter(bench);
        client.Ask(Record);
        bench.Pass("29s");
        Assert.Equal("recording", (string?)bench.State("recorder"));
        bench.Pass("4s");

        Assert.Equal("stopped", (string?)bench.State("recorder"));
        client.Take();
        Assert.Equal("E28\r\n", client.Ask(Record));
    }

    [Theory, InlineData("disk-full"), InlineData("no-medium")]
    public void Losing_the_medium_ends_a_running_recording(string name)
    {
        using var bench = new Bench("extron-smp");
        var client = Enter(bench);
        client.Ask(Record);
        bench.Pass("5s");
        bench.Switch(name, "true");
        bench.Pass("3s");

        Assert.Equal("stopped", (string?)bench.State("recorder"));
    }

    [Fact]
    public void Frozen_echoes_and_does_nothing_and_refuse_gives_a_code()
    {
        using var bench = new Bench("extron-smp");
        var client = Enter(bench);
        bench.Switch("frozen", "true");
        Assert.Equal("RcdrY1\r\n", client.Ask(Record));
        Assert.Equal("stopped", Status(client)[1]);

        bench.Switch("frozen", "false");
        bench.Switch("refuse", "true");
        Assert.Equal("E14\r\n", client.Ask(Record));
        bench.Switch("refuse", "25");
        Assert.Equal("E25\r\n", client.Ask(Record));
    }

    [Fact]
    public void The_recorder_may_follow_late()
    {
        using var bench = new Bench("extron-smp");
        bench.Switch("transport-delay", "\"2s\"");
        var client = Enter(bench);
        Assert.Equal("RcdrY1\r\n", client.Ask(Record));
        Assert.Equal("stopped", Status(client)[1]);
        bench.Pass("2s");
        Assert.Equal("recording", Status(client)[1]);
    }

    [Fact]
    public void A_file_is_finished_after_the_stop_and_until_then_nothing_new_begins()
    {
        using var bench = new Bench("extron-smp");
        bench.Switch("finalises-as-recording", "true");
        var client = Enter(bench);
        client.Ask(Record);
        bench.Pass("9s");
        client.Ask(Stop);

        Assert.Equal(("recording", "00:00:09"), (Status(client)[1], Status(client)[4]));
        Assert.Equal("E22\r\n", client.Ask(Record));
        bench.Pass("2s");
        Assert.Equal(("stopped", "00:00:00"), (Status(client)[1], Status(client)[4]));
        Assert.Equal(1, (int)bench.State("files"));
    }

    [Fact]
    public void Silence_a_wrong_clock_and_missing_instruments_are_told_as_they_are()
    {
        using var bench = new Bench("extron-smp", """{"utcOffset":480}""");
        var client = Enter(bench);
        Assert.Equal("Ipt Mon, 20 Nov 2023 16:00:01\r\n", client.Ask("\u001BCT\r"));
        bench.Switch("silence", "true");
        bench.Switch("clock-offset", "95");
        Assert.Equal("Inf34*-1500*-1500\r\n", client.Ask("34I"));
        Assert.Equal("Ipt Mon, 20 Nov 2023 16:01:36\r\n", client.Ask("\u001BCT\r"));

        bench.Switch("no-meters", "true");
        bench.Switch("no-clock", "true");
        Assert.Equal("E10\r\n", client.Ask("34I"));
        Assert.Equal("E10\r\n", client.Ask("\u001BCT\r"));
    }

    [Fact]
    public void A_password_is_asked_for_until_it_is_right()
    {
        using var bench = new Bench("extron-smp", """{"utcOffset":0,"userPassword":"clerk"}""", password: "court");
        var client = bench.Connect();
        Assert.EndsWith("\r\nPassword:", client.Take(), StringComparison.Ordinal);
        Assert.Equal("\r\nPassword:", client.Ask("wrong\r"));
        Assert.Equal("\r\nLogin User\r\n", client.Ask("clerk\r"));
        Assert.Equal("E24\r\n", client.Ask("\u001B1BOOT\r"));
        var chief = bench.Connect();
        chief.Take();
        Assert.Equal("\r\nLogin Administrator\r\n", chief.Ask("court\r"));
        Assert.Equal("Boot1\r\n", chief.Ask("\u001B1BOOT\r"));
        Assert.True(chief.Closed);
    }

    [Fact]
    public void A_connection_without_traffic_is_closed()
    {
        using var bench = new Bench("extron-smp");
        var client = bench.Connect();
        bench.Pass("299s");
        Assert.False(client.Closed);
        bench.Pass("1s");
        Assert.True(client.Closed);
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        using var bench = new Bench("extron-smp");
        var whole = "\u001B3CV\r35I\u001BYRCDR\r34I\u001BM13*aRCDR|"u8.ToArray();
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            bench.Device.Reset();
            var client = bench.Connect();
            client.Take();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);

            Assert.Equal("Vrb3\r\nInf35*00:00:00\r\nRcdrY0\r\nInf34*-200*-250\r\nRcdrM13*a\r\n", client.Take());
        }
    }

    private static Bench.Client Enter(Bench bench)
    {
        var client = bench.Connect();
        client.Say("\u001B3CV\r");
        client.Take();
        return client;
    }

    private static string[] Status(Bench.Client client) => client.Ask("I").Trim()[1..^1].Split(">*<");
}
