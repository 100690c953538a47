using System.Text;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Tests.HyperDeck;

/// <summary>What the transcripts do not show: several clients, time that passes, bad input, any cut of the stream.</summary>
public sealed class HyperDeckTests
{
    private const string Ok = "200 ok\r\n";

    [Fact]
    public void Nobody_is_told_who_has_not_asked_and_the_wish_belongs_to_the_connection()
    {
        using var bench = new Bench("hyperdeck");
        var asked = bench.Connect();
        var silent = bench.Connect();
        asked.Ask("notify: transport: true\r\n");
        asked.Take();
        silent.Take();

        Assert.Equal(Ok, silent.Ask("record\r\n"));
        Assert.StartsWith("508 transport info:\r\nstatus: record\r\n", asked.Take(), StringComparison.Ordinal);

        asked.Leave();
        var again = bench.Connect();
        again.Take();
        silent.Ask("stop\r\n");
        Assert.Equal("", again.Take());
    }

    [Fact]
    public void Recording_time_goes_down_and_time_code_goes_up()
    {
        using var bench = new Bench("hyperdeck");
        var client = bench.Connect();
        client.Ask("record\r\n");
        bench.Pass("1h");

        Assert.Contains("timecode: 01:00:00:00\r\n", client.Ask("transport info\r\n"), StringComparison.Ordinal);
        Assert.Contains("recording time: 10800\r\n", client.Ask("slot info\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_does_not_grow_shows_only_in_the_figures()
    {
        using var bench = new Bench("hyperdeck");
        bench.Switch("no-growth", "true");
        var client = bench.Connect();
        client.Ask("record\r\n");
        bench.Pass("1h");

        var transport = client.Ask("transport info\r\n");
        Assert.Contains("status: record\r\n", transport, StringComparison.Ordinal);
        Assert.Contains("timecode: 00:00:00:00\r\n", transport, StringComparison.Ordinal);
        Assert.Contains("recording time: 14400\r\n", client.Ask("slot info\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_without_a_second_one_ends_the_recording()
    {
        using var bench = new Bench("hyperdeck", """{"slots":1,"capacity":30}""");
        var client = bench.Connect();
        client.Ask("record\r\n");
        bench.Pass("29s");
        Assert.Equal("record", (string?)bench.State("status"));
        bench.Pass("1s");

        Assert.Equal("stopped", (string?)bench.State("status"));
        client.Take();
        Assert.Equal("104 disk full\r\n", client.Ask("record\r\n"));
    }

    [Theory]
    [InlineData("disk-full", "true")]
    [InlineData("no-input", "true")]
    [InlineData("slot-1", "\"error\"")]
    public void Losing_disk_or_input_ends_a_running_recording(string name, string value)
    {
        using var bench = new Bench("hyperdeck");
        bench.Connect().Ask("record\r\n");

        bench.Switch(name, value);

        Assert.Equal("stopped", (string?)bench.State("status"));
    }

    [Fact]
    public void A_recording_may_end_by_itself()
    {
        using var bench = new Bench("hyperdeck");
        bench.Switch("stops-by-itself", "\"7s\"");
        bench.Connect().Ask("record\r\n");
        bench.Pass("6s");
        Assert.Equal("record", (string?)bench.State("status"));
        bench.Pass("1s");
        Assert.Equal("stopped", (string?)bench.State("status"));
    }

    [Fact]
    public void A_transport_may_follow_late_or_not_at_all()
    {
        using var bench = new Bench("hyperdeck");
        bench.Switch("transport-delay", "\"2s\"");
        var client = bench.Connect();
        client.Take();
        Assert.Equal(Ok, client.Ask("record\r\n"));
        Assert.Equal("stopped", (string?)bench.State("status"));
        bench.Pass("2s");
        Assert.Equal("record", (string?)bench.State("status"));

        bench.Switch("frozen", "true");
        Assert.Equal(Ok, client.Ask("stop\r\n"));
        bench.Pass("1m");
        Assert.Equal("record", (string?)bench.State("status"));
    }

    [Fact]
    public void An_old_deck_serves_one_client()
    {
        using var bench = new Bench("hyperdeck");
        bench.Switch("one-client", "true");
        var first = bench.Connect();
        var second = bench.Connect();

        Assert.StartsWith("500 connection info:", first.Take(), StringComparison.Ordinal);
        Assert.Equal("120 connection rejected\r\n", second.Take());
        Assert.True(second.Closed);
        first.Say("quit\r\n");
        Assert.True(first.Closed);
        Assert.StartsWith("500 connection info:", bench.Connect().Take(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_watchdog_closes_a_silent_connection_and_leaves_the_recording()
    {
        using var bench = new Bench("hyperdeck");
        var client = bench.Connect();
        client.Ask("record\r\nwatchdog: period: 10\r\n");
        bench.Pass("9s");
        client.Say("ping\r\n");
        bench.Pass("9s");
        Assert.False(client.Closed);
        bench.Pass("1s");

        Assert.True(client.Closed);
        Assert.Equal("record", (string?)bench.State("status"));
    }

    [Fact]
    public void Forgotten_notifications_do_not_come_and_are_not_listed()
    {
        using var bench = new Bench("hyperdeck");
        var client = bench.Connect();
        client.Ask("notify: transport: true\r\n");
        bench.Switch("forgets-notify", "true");
        Assert.Null(bench.Press("record"));

        Assert.Equal("", client.Take());
        Assert.Contains("transport: false\r\n", client.Ask("notify\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_override_belongs_to_one_connection()
    {
        using var bench = new Bench("hyperdeck");
        bench.Switch("remote-enabled", "false");
        var chief = bench.Connect();
        var other = bench.Connect();
        chief.Take();
        other.Take();

        Assert.Equal(Ok, chief.Ask("remote: override: true\r\n"));
        Assert.Equal("111 remote control disabled\r\n", other.Ask("record\r\n"));
        Assert.Equal(Ok, chief.Ask("record\r\n"));
    }

    [Fact]
    public void A_disk_is_formatted_only_with_the_token_that_was_given()
    {
        using var bench = new Bench("hyperdeck");
        var client = bench.Connect();
        client.Ask("record: name: case\r\n");
        bench.Pass("5s");
        client.Ask("stop\r\n");

        Assert.Equal("162 format not prepared\r\n", client.Ask("format: confirm: 1\r\n"));
        Assert.Equal("160 invalid format\r\n", client.Ask("format: prepare: FAT12\r\n"));
        var ready = client.Ask("format: slot id: 1 prepare: exFAT\r\n").Split("\r\n");
        Assert.Equal("216 format ready", ready[0]);
        Assert.Equal("161 invalid token\r\n", client.Ask("format: confirm: nonsense\r\n"));
        Assert.Equal(Ok, client.Ask($"format: confirm: {ready[1]}\r\n"));
        Assert.Equal("206 disk list:\r\nslot id: 1\r\n\r\n", client.Ask("disk list\r\n"));
    }

    [Fact]
    public void Playing_needs_a_clip_and_ends_with_it()
    {
        using var bench = new Bench("hyperdeck");
        var client = bench.Connect();
        client.Take();
        Assert.Equal("107 timeline empty\r\n", client.Ask("play\r\n"));
        client.Ask("record\r\n");
        bench.Pass("8s");
        client.Ask("stop\r\n");

        Assert.Equal(Ok, client.Ask("play: speed: 200\r\n"));
        Assert.Equal("150 invalid state\r\n", client.Ask("record\r\n"));
        bench.Pass("4s");
        Assert.Equal("stopped", (string?)bench.State("status"));
    }

    [Fact]
    public void Time_codes_are_told_with_every_picture_while_somebody_wants_them()
    {
        using var bench = new Bench("hyperdeck");
        var client = bench.Connect();
        client.Ask("notify: display timecode: true\r\n");
        client.Ask("record\r\n");
        bench.Pass("80ms");

        const string Told = "513 displayed timecode:\r\ndisplay timecode: 00:00:00:0";
        Assert.Equal($"{Told}1\r\n\r\n{Told}2\r\n\r\n", client.Take());
    }

    [Fact]
    public void A_restart_for_the_configuration_answers_closes_and_comes_back()
    {
        using var bench = new Bench("hyperdeck");
        bench.Switch("configuration-reboots", "true");
        var client = bench.Connect();
        client.Take();

        Assert.Equal("213 deck rebooting\r\n", client.Ask("configuration: video input: HDMI\r\n"));
        Assert.True(client.Closed);
        Assert.False(client.Aborted);
        bench.Pass("2s");
        Assert.Contains("video input: HDMI\r\n", bench.Connect().Ask("configuration\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refuse", "true", "150 invalid state\r\n")]
    [InlineData("refuse", "106", "106 disk error\r\n")]
    [InlineData("slot-1", "\"error\"", "106 disk error\r\n")]
    [InlineData("slot-1", "\"mounting\"", "105 no disk\r\n")]
    public void Record_is_refused_for_the_reason_that_is(string name, string value, string refusal)
    {
        using var bench = new Bench("hyperdeck", """{"slots":1}""");
        bench.Switch(name, value);
        var client = bench.Connect();
        client.Take();

        Assert.Equal(refusal, client.Ask("record\r\n"));
    }

    [Theory]
    [InlineData("play: 100\r\n", "100 syntax error\r\n")]
    [InlineData("play: speed: fast\r\n", "102 invalid value\r\n")]
    [InlineData("play: speed: 9999\r\n", "109 out of range\r\n")]
    [InlineData("slot info: slot id: 7\r\n", "109 out of range\r\n")]
    [InlineData("slot select: slot id: two\r\n", "102 invalid value\r\n")]
    [InlineData("notify: transport: yes\r\n", "102 invalid value\r\n")]
    [InlineData("notify:\r\ntransport\r\n\r\n", "100 syntax error\r\n")]
    [InlineData("configuration: file format: VHS\r\n", "151 invalid codec\r\n")]
    [InlineData("nas discovered\r\n", "103 unsupported\r\n")]
    public void Bad_input_gets_its_code(string line, string refusal)
    {
        using var bench = new Bench("hyperdeck");
        var client = bench.Connect();
        client.Take();

        Assert.Equal(refusal, client.Ask(line));
    }

    [Fact]
    public void An_old_protocol_does_not_know_the_newer_notifications()
    {
        using var bench = new Bench("hyperdeck", """{"protocolVersion":"1.9"}""");
        var client = bench.Connect();
        Assert.Contains("protocol version: 1.9\r\n", client.Take(), StringComparison.Ordinal);

        Assert.Equal("101 unsupported parameter\r\n", client.Ask("notify: cache: true\r\n"));
    }

    [Fact]
    public void Any_cut_gives_the_same_answers()
    {
        using var bench = new Bench("hyperdeck");
        var whole = Encoding.UTF8.GetBytes("notify:\r\nslot: true\r\n\r\nslot select: slot id: 2\r\nrecord: name: a b c\nremote\r\n");
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            bench.Device.Reset();
            var client = bench.Connect();
            client.Take();
            client.Say(whole[..cut]);
            client.Say(whole[cut..]);

            Assert.Equal("200 ok\r\n200 ok\r\n200 ok\r\n210 remote info:\r\nenabled: true\r\noverride: false\r\n\r\n", client.Take());
        }
    }

    [Fact]
    public void Names_lose_what_disks_do_not_take_and_get_a_number_when_they_are_there_already()
    {
        using var bench = new Bench("hyperdeck");
        var client = bench.Connect();
        for (var i = 0; i < 2; i++) client.Ask("record: name: 案 trial/118\r\nstop\r\n");

        Assert.Equal(["trial118.mov", "trial118_01.mov"], bench.State("slots.0.clips").AsArray().Select(name => (string?)name));
    }

    [Fact]
    public void The_front_panel_says_why_it_cannot()
    {
        using var bench = new Bench("hyperdeck");
        bench.Switch("no-input", "true");

        var problem = bench.Press("record");

        Assert.Equal(Devices.ControlFault.Impossible, problem?.Fault);
        Assert.Contains("110 no input", problem!.Detail, StringComparison.Ordinal);
        Assert.Equal(JsonValue.Create("stopped").ToJsonString(), bench.State("status").ToJsonString());
    }
}
