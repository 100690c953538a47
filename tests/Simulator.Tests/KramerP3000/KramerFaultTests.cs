using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Tests.KramerP3000;

/// <summary>Restarts, logins, full houses, lost signals and the switches: what makes the switcher hard to live with.</summary>
public sealed class KramerFaultTests
{
    private const string Old = """{"profile":"old","inputs":4,"outputs":3}""";
    private const string Start = "Kramer Electronics LTD. VP-8x8\r\nVersion 1.02.0033\r\n";

    [Fact]
    public void A_reset_ends_the_connections_and_is_busy_for_a_while_after_the_boot()
    {
        using var bench = new Bench("kramer-p3000", Old);
        bench.Switch("start-time", "\"5s\"");
        var line = bench.Connect(LinkKind.Serial);
        var client = bench.Connect();
        client.Ask("#VID 4>1\r");
        line.Take();

        Assert.Equal("~01@RESET OK\r\n", client.Ask("#RESET\r"));
        Assert.True(client.Closed);
        Assert.Equal("", line.Ask("#MODEL?\r"));
        bench.Pass("2s");
        Assert.Equal(Start, line.Take());
        Assert.Equal("~01@ERR006\r\n~01@MODEL ERR006\r\n", line.Ask("#\r#MODEL?\r"));
        bench.Pass("4999ms");
        Assert.Equal("~01@VID ERR006\r\n", line.Ask("#VID? 1\r"));
        bench.Pass("1ms");
        Assert.Equal("~01@VID 4>1\r\n", line.Ask("#VID? 1\r"));
    }

    [Theory]
    [InlineData(false, "[4,2,3]")]
    [InlineData(true, "[1,2,3]")]
    public void Routing_survives_a_restart_unless_it_is_forgotten(bool forgets, string video)
    {
        using var bench = new Bench("kramer-p3000", Old);
        bench.Switch("forgets-routing", forgets ? "true" : "false");
        bench.Connect().Ask("#VID 4>1|RESET\r");
        bench.Pass("1m");

        Assert.Equal(video, bench.State("video").ToJsonString());
    }

    [Fact]
    public void Factory_settings_forget_routes_presets_and_locks()
    {
        using var bench = new Bench("kramer-p3000", Old);
        Assert.EndsWith("~01@FACTORY OK\r\n", bench.Connect().Ask("#VID 4>1|PRST-STO 2|LOCK-FP 1|FACTORY\r"), StringComparison.Ordinal);
        bench.Pass("1m");

        Assert.Equal("[1,2,3]", bench.State("video").ToJsonString());
        Assert.Equal("[]", bench.State("presets").ToJsonString());
        Assert.False(bench.State("panelLocked").GetValue<bool>());
    }

    [Fact]
    public void A_brown_out_puts_the_start_message_into_open_connections_and_forgets_half_a_line()
    {
        using var bench = new Bench("kramer-p3000", Old);
        var client = bench.Connect();
        client.Say("#VID 4");
        bench.Switch("brown-out", "true");

        Assert.Equal(Start, client.Take());
        Assert.False(client.Closed);
        Assert.Equal("~01@VID ERR006\r\n", client.Ask("#VID? 1\r"));
        bench.Pass("1s");
        Assert.Equal("~01@VID 1>1\r\n", client.Ask("#VID? 1\r"));
    }

    [Theory]
    [InlineData("start", "", "~01@ OK\r\n")]
    [InlineData("connect", Start, "~01@ OK\r\n")]
    [InlineData("first-reply", "", Start + "~01@ OK\r\n")]
    [InlineData("never", "", "~01@ OK\r\n")]
    public void The_start_message_comes_when_the_model_has_it(string mode, string first, string reply)
    {
        using var bench = new Bench("kramer-p3000", Old);
        bench.Switch("welcome", $"\"{mode}\"");
        var client = bench.Connect();

        Assert.Equal(first, client.Take());
        client.Pieces.Clear();
        Assert.Equal(reply, client.Ask("#\r"));
        Assert.Single(client.Pieces);
        Assert.Equal("~01@ OK\r\n", client.Ask("#\r"));
    }

    [Fact]
    public void A_fifth_connection_is_closed_without_a_word_and_a_serial_line_takes_no_place()
    {
        using var bench = new Bench("kramer-p3000");
        bench.Connect(LinkKind.Serial);
        var four = Enumerable.Range(0, 4).Select(_ => bench.Connect()).ToArray();
        var fifth = bench.Connect();

        Assert.All(four, each => Assert.False(each.Closed));
        Assert.True(fifth.Closed);
        Assert.Equal("", fifth.Take());
        four[0].Leave();
        Assert.Equal("~01@ OK\r\n", bench.Connect().Ask("#\r"));
    }

    [Fact]
    public void The_third_connection_is_refused_where_two_are_the_most()
    {
        using var bench = new Bench("kramer-p3000");
        bench.Switch("max-sessions", "2");

        Assert.Equal([false, false, true], Enumerable.Range(0, 3).Select(_ => bench.Connect()).Select(each => each.Closed));
    }

    [Fact]
    public void With_security_on_nothing_but_handshake_and_login_is_had()
    {
        using var bench = new Bench("kramer-p3000", Old, "court", "secret");
        var client = bench.Connect();
        var other = bench.Connect();

        Assert.Equal("~01@ OK\r\n~01@MODEL ERR004\r\n~01@VID ERR004\r\n~01@LOGIN ERR004\r\n", client.Ask("#\r#MODEL?|VID 4>1|LOGIN?\r"));
        Assert.Equal("~01@LOGIN ERR004\r\n~01@LOGIN ERR004\r\n~01@LOGIN ERR001\r\n",
            client.Ask("#LOGIN court,wrong|LOGIN Admin,secret|LOGIN court\r"));
        Assert.Equal("[1,2,3]", bench.State("video").ToJsonString());
        Assert.Equal("~01@LOGIN court,secret OK\r\n~01@LOGIN court\r\n~01@VID 4>1 OK\r\n",
            client.Ask("#LOGIN court,secret|LOGIN?|VID 4>1\r"));
        Assert.Equal("~01@VID 4>1\r\n~01@MODEL ERR004\r\n", other.Ask("#MODEL?\r"));
        Assert.Equal("~01@LOGOUT OK\r\n~01@VID ERR004\r\n", client.Ask("#LOGOUT|VID? 1\r"));
    }

    [Fact]
    public void Security_may_be_back_after_a_restart()
    {
        using var bench = new Bench("kramer-p3000", Old);
        bench.Switch("security-returns", "true");
        bench.Switch("start-time", "false");
        var client = bench.Connect();
        Assert.Equal("~01@VID 1>1\r\n", client.Ask("#VID? 1\r"));
        bench.Switch("brown-out", "true");
        client.Take();

        Assert.Equal("~01@VID ERR004\r\n~01@LOGIN Admin,Admin OK\r\n~01@VID 1>1\r\n", client.Ask("#VID? 1|LOGIN Admin,Admin|VID? 1\r"));
    }

    [Fact]
    public void A_locked_front_panel_does_nothing_until_its_lock_key_is_held()
    {
        using var bench = new Bench("kramer-p3000", Old);
        var client = bench.Connect();
        Assert.Equal("~01@LOCK-FP 1 OK\r\n~01@LOCK-FP 1\r\n", client.Ask("#LOCK-FP 1|LOCK-FP?\r"));

        Assert.Equal(ControlFault.Impossible, bench.Press("route", """{"input":1,"output":2}""")?.Fault);
        Assert.Equal("", client.Take());
        Assert.Null(bench.Press("lock", """{"on":false}"""));
        Assert.Null(bench.Press("route", """{"input":1,"output":2}"""));
        Assert.Equal("~01@LOCK-FP 0\r\n~01@AV 1>2\r\n", client.Take());
    }

    [Fact]
    public void A_lost_signal_and_a_pulled_sink_are_told_unasked_and_only_when_they_change()
    {
        using var bench = new Bench("kramer-p3000", Old);
        var client = bench.Connect();
        bench.Switch("signal-lost", "[2,3]");
        bench.Switch("signal-lost", "[3]");
        bench.Switch("sink-unplugged", "[1]");
        bench.Switch("sink-without-hdcp", "[1,3]");

        Assert.Equal("~01@SIGNAL 2,0\r\n~01@SIGNAL 3,0\r\n~01@SIGNAL 2,1\r\n~01@DISPLAY 1,0\r\n~01@DISPLAY 3,2\r\n", client.Take());
        Assert.Equal("~01@SIGNAL 3,0\r\n~01@DISPLAY 1,0\r\n~01@DISPLAY 2,1\r\n~01@DISPLAY 3,2\r\n", client.Ask("#SIGNAL? 3|DISPLAY? *\r"));
        Assert.Equal("~01@SIGNAL ERR003\r\n~01@SIGNAL ERR001\r\n", client.Ask("#SIGNAL? 5|SIGNAL?\r"));
    }

    [Theory]
    [InlineData("vs-uhd", "ROUTE", "VID")]
    [InlineData("vsm", "ROUTE", "VID")]
    [InlineData("old", "VID", "ROUTE")]
    public void Help_lists_what_the_profile_can(string profile, string has, string lacks)
    {
        using var bench = new Bench("kramer-p3000", $$"""{"profile":"{{profile}}"}""");
        var names = bench.Connect().Ask("#HELP\r").TrimEnd()["~01@HELP ".Length..].Split(',');

        Assert.Contains(has, names);
        Assert.DoesNotContain(lacks, names);
    }

    [Theory]
    [InlineData("refuse", "true", "~01@VID ERR003\r\n", 1)]
    [InlineData("refuse", "34", "~01@VID ERR034\r\n", 1)]
    [InlineData("refuse", "\"ERR002\"", "~01@VID ERR002\r\n", 1)]
    [InlineData("frozen", "true", "~01@VID 4>1 OK\r\n", 1)]
    [InlineData("busy", "1", "~01@VID ERR006\r\n", 1)]
    [InlineData("next-error", "8", "~01@VID ERR008\r\n", 1)]
    [InlineData("confirmation", "\"never\"", "~01@VID 4>1\r\n", 4)]
    [InlineData("line-end", "\"cr\"", "~01@VID 4>1 OK\r", 4)]
    [InlineData("line-end", "\"lf\"", "~01@VID 4>1 OK\n", 4)]
    [InlineData("tells-asker", "true", "~01@VID 4>1 OK\r\n~01@VID 4>1\r\n", 4)]
    [InlineData("race-input", "2", "~01@VID 4>1 OK\r\n~01@VID 2>1\r\n", 2)]
    public void A_switch_changes_what_a_route_gives(string name, string value, string answer, int input)
    {
        using var bench = new Bench("kramer-p3000", Old);
        bench.Switch(name, value);

        Assert.Equal(answer, bench.Connect().Ask("#VID 4>1\r"));
        Assert.Equal(input, bench.State("video.0").GetValue<int>());
    }

    [Theory]
    [InlineData("refuse", "true")]
    [InlineData("frozen", "true")]
    public void What_is_not_done_is_told_to_nobody(string name, string value)
    {
        using var bench = new Bench("kramer-p3000", Old);
        bench.Switch(name, value);
        var other = bench.Connect();
        var client = bench.Connect();
        client.Ask("#VID 4>1|PRST-STO 1|VMUTE 1,0|RESET\r");

        Assert.Equal("", other.Take());
        Assert.False(client.Closed);
    }

    [Theory]
    [InlineData("confirmation", "\"always\"", "#ROUTE 1,1,2\r", "~01@ROUTE 1,1,2 OK\r\n")]
    [InlineData("error-format", "\"bare\"", "#NONSENSE\r", "~01@ERR002\r\n")]
    [InlineData("error-format", "\"spaced\"", "#NONSENSE\r", "~01@NONSENSE ERR 002\r\n")]
    [InlineData("handshake", "\"bare\"", "#\r", "~OK\r\n")]
    [InlineData("handshake", "\"lower-case\"", "#\r", "~01@ ok\r\n")]
    public void A_switch_changes_the_words(string name, string value, string text, string answer)
    {
        using var bench = new Bench("kramer-p3000");
        bench.Switch(name, value);

        Assert.Equal(answer, bench.Connect().Ask(text));
    }

    [Fact]
    public void Busy_counts_down_and_the_next_error_comes_once()
    {
        using var bench = new Bench("kramer-p3000");
        bench.Switch("busy", "2");
        bench.Switch("next-error", "34");

        Assert.Equal("~01@SN ERR034\r\n~01@SN ERR006\r\n~01@SN ERR006\r\n~01@MODEL VS-88UHD\r\n",
            bench.Connect().Ask("#SN?|SN?|SN?|MODEL?\r"));
    }

    [Fact]
    public void At_the_wrong_speed_a_serial_line_is_noise_both_ways_and_a_socket_is_not()
    {
        using var bench = new Bench("kramer-p3000");
        bench.Switch("wrong-baud", "true");
        var line = bench.Connect(LinkKind.Serial);
        var socket = bench.Connect();
        line.Say("#ROUTE 1,1,2\r");

        var noise = line.TakeBytes();
        Assert.NotEmpty(noise);
        Assert.All(noise, each => Assert.True(each is 0x00 or 0xFF));
        Assert.Equal("~01@ROUTE 1,1,1\r\n", socket.Ask("#ROUTE? 1,1\r"));
    }

    [Theory]
    [InlineData("""{"profile":"newest"}""")]
    [InlineData("""{"off":"none"}""")]
    [InlineData("""{"vmute":"maybe"}""")]
    public void A_model_that_does_not_exist_is_refused_with_those_that_do(string options)
    {
        var refused = Assert.Throws<CannotSimulateException>(() => new Bench("kramer-p3000", options));

        Assert.Contains("there is", refused.Message, StringComparison.Ordinal);
    }
}
